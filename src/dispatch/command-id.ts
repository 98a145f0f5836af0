// Ids of commands: derived, so that an alert read twice gives commands that an endpoint knows already.
import type { CommandId } from '../fleet/command.ts';

/** The same decision and endpoint give the same id. */
export function deriveCommandId(decisionId: string, agentId: string): CommandId {
  return `${decisionId}:${agentId}` as CommandId;
}

/** The decision that a command of origin `rule` was derived from. */
export function readDecisionId(commandId: CommandId): string {
  return commandId.slice(0, commandId.lastIndexOf(':'));
}
