// riposte revert: lifts what is in force, by the service or, where none runs, itself under the service's lock.
import type { Execution } from '../fleet/execution.ts';
import { describeExecution } from '../manager/report.ts';
import { revertWithoutService } from '../manager/stored.ts';
import { askIfUp, type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { exitStatus } from './exit-status.ts';

export interface RevertOptions extends CommonOptions {
  readonly all?: boolean;
}

export async function runRevert(
  surroundings: Surroundings,
  subject: string | undefined,
  options: RevertOptions,
): Promise<number> {
  const paths = choosePaths(options, surroundings);
  const parameters = { subject, all: options.all === true };
  const answer =
    (await askIfUp(paths, 'revert', parameters)) ??
    (await revertWithoutService(paths, parameters, surroundings.isRoot));
  const executions = answer as readonly Execution[];
  if (options.json) surroundings.out(`${JSON.stringify(executions)}\n`);
  else for (const execution of executions) surroundings.out(`${describeExecution(execution, surroundings.nowMs())}\n`);
  if (executions.length === 0) {
    surroundings.err(`riposte: nothing is in force${subject === undefined ? '' : ` for ${JSON.stringify(subject)}`}\n`);
  }
  const lifted = executions.every((execution) => execution.state === 'reverted');
  return lifted && executions.length > 0 ? exitStatus.done : exitStatus.refused;
}
