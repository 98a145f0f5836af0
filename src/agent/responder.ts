// How one response acts: the same two verbs for a built-in and for a script.
import type { CommandMessage } from '../fleet/command.ts';
import type { Execution } from '../fleet/execution.ts';
import type { Outcome } from '../respond/contract.ts';
import type { Held } from './held.ts';

export interface Responder {
  /** From the message to its first lasting state. */
  respond(message: CommandMessage): Promise<Execution>;
  /** Takes the effect off the machine. Called with the lock of the effect held; touches neither state nor journal's states. */
  undo(held: Held): Promise<Outcome<null>>;
}
