// log message → event → alert: the door to detection. // spec ruleset §0
import type { Alert, RuleFacts } from '../alert/alert.ts';
import type { LogMessage } from '../source/message.ts';
import type { EventRecords } from './records.ts';

/** A message on which a rule of level 1 or more fired. */
export interface Detection {
  readonly alert: Alert;
  readonly rule: RuleFacts;
  /** The rule's output flag: the alert is to be written to alerts.json. */
  readonly logged: boolean;
}

export interface Detector {
  /** Undefined where no rule fired, or one of level 0. */
  process(message: LogMessage): Detection | undefined;
  /** What is to be kept of the messages since the last call besides alerts; undefined where there is nothing. */
  takeRecords(): EventRecords | undefined;
}
