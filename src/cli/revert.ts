// riposte revert: lifts what is in force, by the service or, where none runs, itself under the service's lock.
import type { Execution } from '../fleet/execution.ts';
import type { HomePaths } from '../manager/home.ts';
import { describeExecution } from '../manager/report.ts';
import { revertAlone } from '../manager/stored.ts';
import { askIfUp, type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';
import { readSettingsAnyway } from './read-settings.ts';

export interface RevertOptions extends CommonOptions {
  readonly all?: boolean;
}

async function revertHere(
  paths: HomePaths,
  parameters: { readonly all: boolean; readonly subject: string | undefined },
  surroundings: Surroundings,
): Promise<readonly Execution[]> {
  const settings = readSettingsAnyway(paths, surroundings);
  const result = await revertAlone({ paths, settings, isRoot: surroundings.isRoot }, parameters);
  if (result.kind === 'held') {
    const holder = result.holder ?? 'unknown';
    throw new CommandFailure(`a service (pid ${holder}) is starting or stopping: try again`, exitStatus.refused);
  }
  if (result.historyProblem !== undefined) surroundings.err(`riposte: the history: ${result.historyProblem}\n`);
  return result.executions;
}

export async function runRevert(
  surroundings: Surroundings,
  subject: string | undefined,
  options: RevertOptions,
): Promise<number> {
  const all = options.all === true;
  if (all === (subject !== undefined)) {
    throw new CommandFailure('revert what? give a target or an id, or --all', exitStatus.usage);
  }
  const paths = choosePaths(options, surroundings);
  const parameters = { subject, all };
  const answer = (await askIfUp(paths, 'revert', parameters)) ?? (await revertHere(paths, parameters, surroundings));
  const executions = answer as readonly Execution[];
  if (options.json) surroundings.out(`${JSON.stringify(executions)}\n`);
  else for (const execution of executions) surroundings.out(`${describeExecution(execution, surroundings.nowMs())}\n`);
  if (executions.length === 0) {
    surroundings.err(`riposte: nothing is in force${subject === undefined ? '' : ` for ${JSON.stringify(subject)}`}\n`);
  }
  const lifted = executions.every((execution) => execution.state === 'reverted');
  return lifted && executions.length > 0 ? exitStatus.done : exitStatus.refused;
}
