// The states of one response on one endpoint, and the only function that changes them.
import type { ExecutionState } from '../fleet/execution.ts';

const moves: Readonly<Record<ExecutionState, readonly ExecutionState[]>> = {
  // To reverting: its outcome is not known, so it is taken back.
  accepted: ['active', 'completed', 'rejected', 'expired', 'cancelled', 'failed', 'reverting'],
  active: ['reverting'],
  reverting: ['reverted', 'revert_failed'],
  // To active: the same target was answered again and its effect applied anew.
  revert_failed: ['reverting', 'active', 'cancelled'],
  reverted: [],
  completed: [],
  rejected: [],
  expired: [],
  cancelled: [],
  failed: [],
};

export function isFinal(state: ExecutionState): boolean {
  return moves[state].length === 0;
}

/** Whether its effect is, or may be, on the machine. */
export function isInForce(state: ExecutionState): boolean {
  return state === 'active' || state === 'reverting' || state === 'revert_failed';
}

/** The one place where a state changes. Throws where the table has no such move: that is a bug, not a condition. */
export function changeState(response: { state: ExecutionState }, to: ExecutionState): void {
  if (!moves[response.state].includes(to)) throw new Error(`no move from ${response.state} to ${to}`);
  response.state = to;
}
