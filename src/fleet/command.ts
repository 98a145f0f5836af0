// The message that travels to an endpoint: what to run there, for which alert, until when.
import type { Alert } from '../alert/alert.ts';

declare const brand: unique symbol;
/** Derived from the alert, the response and the endpoint, so that a second reading of a line gives the same id. */
export type CommandId = string & { readonly [brand]: 'CommandId' };

export interface CommandMessage {
  readonly id: CommandId;
  /** Name of the response as ar.conf has it: `firewall-drop600`. */
  readonly response: string;
  /** File name below `active-response/bin`, or the name of a built-in. */
  readonly executable: string;
  readonly extraArgs: readonly string[];
  /** Seconds for which the effect is wanted; 0 is stateless. */
  readonly timeoutSeconds: number;
  /** Wall clock, ms: when the event happened that is answered. What the timeout counts from. */
  readonly decidedForMs: number;
  /** Wall clock, ms: from here on the command is too late and is answered `expired`. */
  readonly deadlineMs: number;
  readonly origin: 'rule' | 'operator';
  readonly alert: Alert;
}
