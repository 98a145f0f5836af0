// From a decision to the commands that travel: one for each endpoint, with its deadline. Pure; who calls it records first and sends then.
import type { Alert } from '../alert/alert.ts';
import type { Decision } from '../decide/decision.ts';
import type { CommandMessage } from '../fleet/command.ts';
import { deriveCommandId } from './command-id.ts';

/** One command and where it goes. */
export interface Dispatch {
  readonly agentId: string;
  readonly command: CommandMessage;
  /** Why it cannot be delivered now; undefined where there is a link. */
  readonly undeliverable: string | undefined;
}

export interface DispatchOptions {
  /** Oldest event, ms, that is still answered by a response without a timeout. */
  readonly maxAgeMs: number;
  /** Whether commands can reach this endpoint. */
  readonly hasLink: (agentId: string) => boolean;
}

/** One for each endpoint of a decision that runs, in its order; none for one that a guard stopped. */
export function planDispatches(decision: Decision, alert: Alert, options: DispatchOptions): Dispatch[] {
  if (decision.outcome !== 'run') return [];
  return decision.agents.map((agentId) => ({
    agentId,
    command: toCommand(decision, alert, agentId, options.maxAgeMs),
    undeliverable: options.hasLink(agentId) ? undefined : `no link to agent ${agentId}`,
  }));
}

function toCommand(decision: Decision, alert: Alert, agentId: string, maxAgeMs: number): CommandMessage {
  return {
    id: deriveCommandId(decision.id, agentId),
    response: decision.response,
    executable: decision.executable,
    extraArgs: decision.extraArgs,
    timeoutSeconds: decision.timeoutSeconds,
    decidedForMs: decision.eventMs,
    deadlineMs: decision.eventMs + (decision.timeoutSeconds > 0 ? decision.timeoutSeconds * 1000 : maxAgeMs),
    origin: 'rule',
    alert,
  };
}
