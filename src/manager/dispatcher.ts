// Hands decisions to the endpoints and notes what came of them. Today there is one endpoint: the manager's own, 000.
import type { Agent } from '../agent/agent.ts';
import type { Alert } from '../alert/alert.ts';
import type { Decision } from '../decide/decision.ts';
import { planDispatches } from '../dispatch/dispatch.ts';
import { recordUndelivered } from '../dispatch/undelivered.ts';
import type { Execution } from '../fleet/execution.ts';

export const localAgentId = '000';

export interface DispatcherDeps {
  readonly agent: Pick<Agent, 'deliver'>;
  readonly maxAgeMs: () => number;
  readonly nowMs: () => number;
  readonly noteDecision: (decision: Decision) => void;
  /** Executions that no endpoint reports itself. */
  readonly noteExecution: (execution: Execution) => void;
}

export function createDispatcher(deps: DispatcherDeps): (decision: Decision, alert: Alert) => void {
  const hasLink = (agentId: string): boolean => agentId === localAgentId;
  return (decision, alert) => {
    deps.noteDecision(decision);
    for (const dispatch of planDispatches(decision, alert, { maxAgeMs: deps.maxAgeMs(), hasLink })) {
      if (dispatch.undeliverable !== undefined) {
        deps.noteExecution(recordUndelivered(dispatch, decision.target, deps.nowMs()));
        continue;
      }
      // deliver() never rejects, and reports each change of state to its listeners.
      void deps.agent.deliver(dispatch.command);
    }
  };
}
