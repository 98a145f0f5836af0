// Event and rule → the object that alerts.json holds, keys in its order. // spec ruleset §9
import type { Alert, AlertAgent, AlertMitre, AlertRule } from '../alert/alert.ts';
import { alertData } from './alert-data.ts';
import { formatTimestamp } from './alert-time.ts';
import { toUnicode } from './bytes.ts';
import type { Event } from './event.ts';
import { expandDescription } from './rules/description.ts';
import type { Rule } from './rules/rule.ts';
import { shownHostname } from './shown-hostname.ts';

export interface AlertContext {
  /** Full name of the manager's host. */
  readonly hostname: string;
  /** Level 0 is shown: logtest. */
  readonly showsLevelZero: boolean;
  readonly mitreOf: (rule: Rule) => AlertMitre | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** `rule` is undefined where none matched; `firedTimes` may be that of another rule. // spec ruleset §7.3 */
export function buildAlert(
  event: Event,
  rule: Rule | undefined,
  firedTimes: number,
  context: AlertContext,
): Omit<Alert, 'rule'> & { rule?: AlertRule } {
  const alert: Record<string, unknown> = { timestamp: formatTimestamp(event.timeMs) };
  if (rule !== undefined) alert.rule = buildRule(event, rule, firedTimes, context);
  alert.agent = buildAgent(event, context.hostname);
  alert.manager = { name: context.hostname };
  alert.id = event.messageId;
  const previous = event.previousOutput;
  if (previous !== undefined && previous.length > 1 && previous[1] !== '') {
    alert.previous_output = toUnicode(previous.join('\n'));
  }
  if (rule?.definition.noFullLog !== true) alert.full_log = toUnicode(event.fullLog);
  const predecoder = buildPredecoder(event);
  if (predecoder !== undefined) alert.predecoder = predecoder;
  alert.decoder = buildDecoder(event);
  if (event.previousLog !== undefined) alert.previous_log = toUnicode(event.previousLog);
  const data = alertData(event);
  if (data !== undefined) alert.data = data;
  alert.location = shownLocation(event.location);
  return alert as unknown as Omit<Alert, 'rule'> & { rule?: AlertRule };
}

function buildRule(event: Event, rule: Rule, firedTimes: number, context: AlertContext): AlertRule {
  const { definition } = rule;
  const { shown } = definition;
  const built: Partial<Writable<AlertRule>> = {};
  if (definition.level > 0 || context.showsLevelZero) built.level = definition.level;
  built.description = toUnicode(expandDescription(definition, event));
  built.id = rule.id;
  const mitre = context.mitreOf(rule);
  if (mitre !== undefined) built.mitre = mitre;
  if (shown.cve !== undefined) built.cve = shown.cve;
  if (shown.info !== undefined) built.info = shown.info;
  if (rule.source !== undefined) built.frequency = definition.frequency + 2;
  if (!definition.noCounter) built.firedtimes = firedTimes;
  built.mail = definition.mail;
  built.groups = shown.groups;
  Object.assign(built, shown.compliance);
  return built as AlertRule;
}

function buildAgent(event: Event, hostname: string): AlertAgent {
  const { agentId, location } = event;
  if (!location.startsWith('(')) return agentId === '000' ? { id: agentId, name: hostname } : { id: agentId };
  const close = location.indexOf(')');
  const name = toUnicode(location.slice(1, close < 0 ? undefined : close));
  const start = location.indexOf(') ') + 2;
  const end = location.indexOf('-', start);
  const ip = start < 2 || end < 0 ? 'any' : toUnicode(location.slice(start, end));
  return ip === 'any' ? { id: agentId, name } : { id: agentId, name, ip };
}

function buildPredecoder(event: Event): Alert['predecoder'] {
  const { programName, timestamp } = event;
  const hostname = shownHostname(event.fullLog);
  if (programName === undefined && timestamp === undefined && hostname === undefined) return undefined;
  const predecoder: Writable<NonNullable<Alert['predecoder']>> = {};
  if (programName !== undefined) predecoder.program_name = toUnicode(programName);
  if (timestamp !== undefined) predecoder.timestamp = toUnicode(timestamp);
  if (hostname !== undefined) predecoder.hostname = toUnicode(hostname);
  return predecoder;
}

function buildDecoder(event: Event): Alert['decoder'] {
  const { decoder } = event;
  if (decoder === undefined) return {};
  const built: Writable<NonNullable<Alert['decoder']>> = {};
  if (decoder.accumulate) built.accumulate = 1;
  if (decoder.parent !== undefined) built.parent = toUnicode(decoder.parent);
  built.name = toUnicode(decoder.name);
  if (decoder.firstSeenComment !== undefined) built.ftscomment = toUnicode(decoder.firstSeenComment);
  return built;
}

function shownLocation(location: string): string {
  if (!location.startsWith('(')) return toUnicode(location);
  const arrow = location.indexOf('>');
  return toUnicode(arrow < 0 ? location : location.slice(arrow + 1));
}
