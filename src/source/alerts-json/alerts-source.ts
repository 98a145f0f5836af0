// Follows the alerts.json of a Wazuh or OSSEC manager: their detection, our answers.
import type { Alert, RuleFacts } from '../../alert/alert.ts';
import { escapeControls } from '../../alert/escape.ts';
import type { Clock } from '../../system/clock.ts';
import type { LogMessage } from '../message.ts';
import type { Source, SourceHandlers } from '../source.ts';
import { createTailSource, type TailOptions } from '../tail/tailer.ts';
import { parseAlertLine } from './parse-alert.ts';

export interface AlertMessage {
  /** Of the line, derived from file and offset; the alert's own id is `alert.id`. */
  readonly id: string;
  /** The path of the alerts.json, or `stdin`. */
  readonly location: string;
  /** The alert's own time, but never later than the reading; ms. */
  readonly timeMs: number;
  readonly alert: Alert;
  readonly rule: RuleFacts;
}

/** Bad lines told one by one; after that only each time their number has doubled. */
const toldSingly = 10;
const excerptLength = 120;

export function createAlertsSource(options: TailOptions, handlers: SourceHandlers<AlertMessage>): Source {
  return createTailSource(options, readAlerts(options.clock, handlers));
}

/**
 * Handlers of lines for handlers of alerts. Lines that are no alerts are told (`bad_line`) and passed over. A batch without
 * any alert is not handed on, only the source's position() moves.
 */
export function readAlerts(
  clock: Pick<Clock, 'nowMs'>,
  handlers: SourceHandlers<AlertMessage>,
): SourceHandlers<LogMessage> {
  let badLines = 0;
  const tellBadLine = (message: LogMessage, what: string): void => {
    badLines += 1;
    if (badLines > toldSingly && !Number.isInteger(Math.log2(badLines / toldSingly))) return;
    const count = badLines > toldSingly ? ` (${badLines} such lines by now)` : '';
    const excerpt = escapeControls(message.text.slice(0, excerptLength));
    handlers.onTrouble({
      location: message.location,
      kind: 'bad_line',
      message: `${message.location}: byte ${message.id.slice(11)}: ${what}, skipped${count}: ${excerpt}`,
    });
  };
  const parseMessage = (message: LogMessage): AlertMessage | undefined => {
    const nowMs = clock.nowMs();
    const text = Buffer.from(message.text, 'latin1').toString('utf8');
    const parsed = parseAlertLine({ text, id: message.id, nowMs });
    if (typeof parsed === 'string') {
      tellBadLine(message, parsed);
      return undefined;
    }
    const timeMs = Math.min(parsed.timeMs ?? message.timeMs, nowMs);
    return { id: message.id, location: message.location, timeMs, alert: parsed.alert, rule: parsed.rule };
  };
  return {
    onBatch: (messages, after) => {
      const alerts = messages.map(parseMessage).filter((each) => each !== undefined);
      return alerts.length === 0 ? undefined : handlers.onBatch(alerts, after);
    },
    onTrouble: (trouble) => handlers.onTrouble(trouble),
  };
}
