// riposte expire: for a timer, so that what runs out while no service runs is lifted all the same.
import { describeExecution } from '../manager/report.ts';
import { expireAlone } from '../manager/stored.ts';
import { type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { exitStatus } from './exit-status.ts';
import { readSettingsAnyway } from './read-settings.ts';

/** Status 0 also where a service runs, which does it itself: a timer needs no condition. */
export async function runExpire(surroundings: Surroundings, options: CommonOptions): Promise<number> {
  const paths = choosePaths(options, surroundings);
  const settings = readSettingsAnyway(paths, surroundings);
  const result = await expireAlone({ paths, settings, isRoot: surroundings.isRoot });
  if (result.kind === 'held') {
    const { holder = null } = result;
    surroundings.out(
      options.json
        ? `${JSON.stringify({ service: true, pid: holder, lifted: [] })}\n`
        : `the service (pid ${holder ?? 'unknown'}) does it\n`,
    );
    return exitStatus.done;
  }
  const { executions, historyProblem } = result;
  if (historyProblem !== undefined) surroundings.err(`riposte: the history: ${historyProblem}\n`);
  if (options.json) surroundings.out(`${JSON.stringify({ service: false, pid: null, lifted: executions })}\n`);
  else if (executions.length === 0) surroundings.out('nothing had run out\n');
  else for (const execution of executions) surroundings.out(`${describeExecution(execution, surroundings.nowMs())}\n`);
  const lifted = executions.every(({ state }) => state === 'reverted');
  return lifted ? exitStatus.done : exitStatus.refused;
}
