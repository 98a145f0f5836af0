// riposte check: every problem of a configuration at once, as file:line:column.
import { dirname, resolve } from 'node:path';
import { escapeControls } from '../alert/escape.ts';
import { checkHome } from '../config/check.ts';
import { openHomeFiles } from '../config/home-files.ts';
import { formatProblem } from '../config/position.ts';
import { builtIns } from '../respond/registry.ts';
import { type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { exitStatus } from './exit-status.ts';

/** Status 0 where there is no error; warnings do not count. A FILE in an `etc` folder is checked with the home around it. */
export async function runCheck(
  surroundings: Surroundings,
  file: string | undefined,
  options: CommonOptions,
): Promise<number> {
  const paths = choosePaths(options, surroundings);
  const confFile = file === undefined ? paths.conf : resolve(file);
  const besideFile = dirname(confFile).endsWith('/etc') ? dirname(dirname(confFile)) : paths.home;
  const problems = checkHome({
    home: file === undefined || options.home !== undefined ? paths.home : besideFile,
    confFile,
    files: openHomeFiles(),
    builtIns: builtIns().map((response) => response.name),
    asRoot: surroundings.isRoot,
  });
  for (const problem of problems) surroundings.out(`${escapeControls(formatProblem(problem))}\n`);
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  if (problems.length === 0) surroundings.out(`${confFile}: no problem found\n`);
  return errors === 0 ? exitStatus.done : exitStatus.refused;
}
