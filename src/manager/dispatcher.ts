// Hands decisions to the endpoints and notes what came of them. Today there is one endpoint: the manager's own, 000.
import type { Agent } from '../agent/agent.ts';
import type { Alert } from '../alert/alert.ts';
import type { Decision } from '../decide/decision.ts';
import { planDispatches } from '../dispatch/dispatch.ts';
import { recordUndelivered } from '../dispatch/undelivered.ts';
import type { CommandMessage } from '../fleet/command.ts';
import type { Execution } from '../fleet/execution.ts';

export const localAgentId = '000';

export interface DispatcherDeps {
  readonly agent: Pick<Agent, 'deliver' | 'recall'>;
  readonly maxAgeMs: () => number;
  readonly nowMs: () => number;
  readonly noteDecision: (decision: Decision) => void;
  /** Executions that no endpoint reports itself. */
  readonly noteExecution: (execution: Execution) => void;
  /** What became of a command that was delivered in an earlier life, before a crash. */
  readonly noteRecalled: (execution: Execution) => void;
  readonly noteOwed: (message: CommandMessage, isStored: boolean) => void;
}

export interface Dispatcher {
  dispatch(decision: Decision, alert: Alert): void;
  /** What an earlier life decided and no endpoint took on before a crash. */
  resume(owed: readonly CommandMessage[]): void;
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const hasLink = (agentId: string): boolean => agentId === localAgentId;

  function deliver(command: CommandMessage, isStored: boolean): void {
    deps.noteOwed(command, isStored);
    const known = deps.agent.recall(command.id) !== undefined;
    // deliver() never rejects, and reports each change of state to its listeners.
    const answer = deps.agent.deliver(command);
    // Delivered in an earlier life: its outcome may have missed the last checkpoint.
    if (known) void answer.then(deps.noteRecalled);
  }

  return {
    dispatch(decision, alert) {
      deps.noteDecision(decision);
      for (const dispatch of planDispatches(decision, alert, { maxAgeMs: deps.maxAgeMs(), hasLink })) {
        if (dispatch.undeliverable === undefined) deliver(dispatch.command, false);
        else deps.noteExecution(recordUndelivered(dispatch, decision.target, deps.nowMs()));
      }
    },
    resume(owed) {
      for (const command of owed) deliver(command, true);
    },
  };
}
