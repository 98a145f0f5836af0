// The record of a command that no endpoint ever saw, so that it is shown beside those that ran.
import type { Execution } from '../fleet/execution.ts';
import type { Dispatch } from './dispatch.ts';

/** `failed`, with the reason why it could not be delivered: nothing was left behind anywhere. */
export function recordUndelivered(dispatch: Dispatch, target: string | undefined, nowMs: number): Execution {
  const { command } = dispatch;
  return {
    id: command.id,
    agentId: dispatch.agentId,
    response: command.response,
    executable: command.executable,
    program: command.executable,
    state: 'failed',
    key: undefined,
    target,
    ruleId: command.alert.rule.id,
    ruleDescription: command.alert.rule.description,
    origin: command.origin,
    startedAtMs: nowMs,
    expiresAtMs: null,
    timeoutSeconds: command.timeoutSeconds,
    effect: 'unknown',
    reason: dispatch.undeliverable ?? 'it could not be delivered',
    extended: undefined,
    revertAttempts: 0,
    runs: [],
  };
}
