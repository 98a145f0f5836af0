// riposte list: what is in force now, where, why and until when.
import { escapeControls } from '../alert/escape.ts';
import type { Execution } from '../fleet/execution.ts';
import { readStoredInForce } from '../manager/stored.ts';
import { askIfUp, type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { exitStatus } from './exit-status.ts';
import { formatDuration, formatTable } from './table.ts';

function describeLeft(execution: Execution, nowMs: number): string {
  if (execution.expiresAtMs === null) return 'until reverted';
  return execution.state === 'active' ? formatDuration(execution.expiresAtMs - nowMs) : execution.state;
}

export function formatInForce(executions: readonly Execution[], nowMs: number): string {
  if (executions.length === 0) return 'nothing is in force\n';
  const rows = executions.map((execution) =>
    [
      execution.target ?? execution.key ?? '',
      execution.response,
      execution.agentId,
      execution.state === 'active' ? execution.effect : execution.state,
      describeLeft(execution, nowMs),
      execution.origin === 'operator' ? 'operator' : `rule ${execution.ruleId}: ${execution.ruleDescription}`,
      execution.id,
    ].map(escapeControls),
  );
  return formatTable(['TARGET', 'RESPONSE', 'AGENT', 'EFFECT', 'LEFT', 'WHY', 'ID'], rows);
}

/** From the service, or from its journal where none runs. */
export async function runList(surroundings: Surroundings, options: CommonOptions): Promise<number> {
  const paths = choosePaths(options, surroundings);
  const answer = (await askIfUp(paths, 'list')) ?? (await readStoredInForce(paths));
  const executions = answer as readonly Execution[];
  surroundings.out(options.json ? `${JSON.stringify(executions)}\n` : formatInForce(executions, surroundings.nowMs()));
  return exitStatus.done;
}
