// What a source hands on: one log message, with where and when it came from.

import type { JsonObject } from '../alert/alert.ts';

/** `windows-event`: `{"Message":"…","Event":"<Event …>"}`, as an agent reads it from the event channel. // spec ruleset §5.8 */
export type MessageKind = 'log' | 'windows-event';

/** Where a message came from, as rules see it. // spec ruleset §1.1 */
export interface Origin {
  /** `000` is the manager. */
  readonly agentId: string;
  /** The path, or `(name) ip->path` of an agent. Latin1 bytes. */
  readonly location: string;
  /** Replaces the host name of the header: the agent's name, which may be empty. Latin1 bytes. */
  readonly hostname: string | undefined;
}

export interface LogMessage {
  /** Stable identity of this message: `DIGITS.OFFSET`, derived from the file (not its name alone) and the byte offset in it. */
  readonly id: string;
  /** The event's location: the path of the file, `stdin` … */
  readonly location: string;
  /** The bytes of the line as a latin1 ("binary") string, without the line end. */
  readonly text: string;
  /** Wall clock, ms: the time that timeframes use. Arrival while running; the event's own when it was written while we were down. */
  readonly timeMs: number;
  /** What the text is; absent: a line of a log. */
  readonly kind?: MessageKind;
  /** Set where, with this message, more have come in an hour than usual: what is to be said of it. */
  readonly excess?: string;
  /** Set where the message came from an agent; absent: the manager itself, 000. */
  readonly agent?: {
    readonly id: string;
    readonly name: string;
    readonly ip: string;
    /** Set in the agent's configuration; alerts show them. */
    readonly labels?: JsonObject;
  };
  /** Set where the message came with its origin written before it: taken as it is, instead of `location` and `agent`. */
  readonly origin?: Origin;
}
