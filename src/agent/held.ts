// One response as the endpoint holds it, in memory and in the journal, from its acceptance to its end.
import type { CommandId, CommandMessage } from '../fleet/command.ts';
import type { Effect, Execution, ExecutionState, RunRecord } from '../fleet/execution.ts';
import type { Clock } from '../system/clock.ts';
import { type Expiry, remainingMs } from './expiry.ts';
import { baseName } from './message.ts';
import type { ProcessIdentity } from './scripts/runner.ts';

/** By what a response acts. */
export type Means =
  | { readonly kind: 'built-in'; readonly name: string; readonly program: string }
  | { readonly kind: 'script'; readonly path: string; readonly program: string };

/** What changes over its life. Plain JSON. */
export interface HeldPatch {
  /** Undefined before they are known. */
  keys?: readonly string[];
  /** null: nothing is scheduled to undo it. */
  expiry?: Expiry | null;
  timeoutSeconds?: number;
  /** What a built-in needs to revert; only it looks inside. */
  evidence?: unknown;
  effect?: Effect;
  reason?: string;
  revertAttempts?: number;
  runs?: readonly RunRecord[];
  /** The last process that was started for it. */
  process?: ProcessIdentity;
  /** It only made this one last longer. */
  extended?: CommandId;
}

export interface Held extends HeldPatch {
  readonly message: CommandMessage;
  readonly means: Means;
  readonly startedAtMs: number;
  state: ExecutionState;
  expiry: Expiry | null;
  timeoutSeconds: number;
}

/** Identity of an action: two lists of keys never give one text. */
export function identity(executable: string, keys: readonly string[]): string {
  return writeList(baseName(executable), keys);
}

/** An address, a name: nothing that JSON would escape. */
const plain = /^[\w.:/-]*$/;

/** As JSON; the common case, one plain key, without its price: this is asked several times for each response. */
function writeList(first: string, keys: readonly string[]): string {
  const [key] = keys;
  if (keys.length === 1 && key !== undefined && plain.test(key) && plain.test(first)) return `["${first}","${key}"]`;
  return JSON.stringify([first, ...keys]);
}

/** Identity of what is done to the machine: a built-in under two command names does one thing. */
export function effectName(means: Means, executable: string, keys: readonly string[]): string {
  return means.kind === 'built-in' ? `built-in ${writeList(means.name, keys)}` : identity(executable, keys);
}

/** Wazuh's form of the key, for people. */
export function shownKey(executable: string, keys: readonly string[]): string {
  return [baseName(executable), ...keys].join('-');
}

/** An expiry that the wall clock has been set away from is shown where it will really be. */
function shownExpiry(expiry: Expiry | null, clock: Clock, bootId: string): number | null {
  if (expiry === null) return null;
  const real = Math.round(clock.nowMs() + remainingMs(expiry, clock, bootId));
  return Math.abs(real - expiry.atMs) > 1000 && real > clock.nowMs() ? real : Math.round(expiry.atMs);
}

export function viewHeld(held: Held, agentId: string, clock: Clock, bootId: string): Execution {
  const { message, keys } = held;
  return {
    id: message.id,
    agentId,
    response: message.response,
    executable: message.executable,
    program: held.means.kind === 'built-in' ? 'built-in' : held.means.program,
    state: held.state,
    key: keys === undefined ? undefined : shownKey(message.executable, keys),
    target: keys === undefined || keys.length === 0 ? undefined : keys.join(' '),
    ruleId: message.alert.rule.id,
    ruleDescription: message.alert.rule.description,
    origin: message.origin,
    startedAtMs: held.startedAtMs,
    expiresAtMs: shownExpiry(held.expiry, clock, bootId),
    timeoutSeconds: held.timeoutSeconds,
    effect: held.effect ?? 'unknown',
    reason: held.reason,
    extended: held.extended,
    revertAttempts: held.revertAttempts ?? 0,
    runs: held.runs ?? [],
  };
}
