// What an endpoint reports of one response: one shape, whether it worked or not.
import type { CommandId } from './command.ts';

/** States of one response on one endpoint, in the order of its life. src/agent/state.ts has the table of moves. */
export const executionStates = [
  /** In the journal; its effect is being brought about. */
  'accepted',
  /** Its effect is on the machine and will be taken back. */
  'active',
  'reverting',
  'reverted',
  /** It ran, and there is nothing to take back. */
  'completed',
  /** The endpoint refused it before anything ran. */
  'rejected',
  /** It came too late to be run. */
  'expired',
  /** Nothing more is done for it: the agent stopped before it ran, or a later response took over its effect. */
  'cancelled',
  /** It could not be brought about, and nothing of it was left behind. */
  'failed',
  /** Its effect could not be taken back yet; it is tried again until it can. */
  'revert_failed',
] as const;
export type ExecutionState = (typeof executionStates)[number];

/** Whether an effect was looked for and found: see `Verification` of a built-in. */
export type Effect = 'effective' | 'written' | 'absent' | 'unknown';

/** One run of a program, as seen from outside. */
export interface RunRecord {
  readonly purpose: 'add' | 'delete';
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly exitStatus: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** Bounded tails, control characters as they came. */
  readonly stdoutTail: string;
  readonly stderrTail: string;
  /** What was done to the run that its author may not expect: its input closed early, what it left running ended. */
  readonly note?: string;
}

export interface Execution {
  readonly id: CommandId;
  readonly agentId: string;
  readonly response: string;
  readonly executable: string;
  /** `built-in` or the path of the script, relative to the home. */
  readonly program: string;
  readonly state: ExecutionState;
  /** Identity of the action: base name of the executable followed by its keys. Undefined before they are known. */
  readonly key: string | undefined;
  /** What it acts on, for people: an address, an account, or the keys of a script. */
  readonly target: string | undefined;
  readonly ruleId: string;
  readonly ruleDescription: string;
  readonly origin: 'rule' | 'operator';
  /** Wall clock, ms. */
  readonly startedAtMs: number;
  /** Wall clock, ms; null where nothing is scheduled to undo it. */
  readonly expiresAtMs: number | null;
  /** Seconds granted in the end, the repeated offenders' ladder included. */
  readonly timeoutSeconds: number;
  readonly effect: Effect;
  /** Why it is in this state, where that is not plain: the error, the guard, the reason for a verification's answer. */
  readonly reason: string | undefined;
  /** The execution in force that this one only extended. */
  readonly extended: CommandId | undefined;
  readonly revertAttempts: number;
  readonly runs: readonly RunRecord[];
}
