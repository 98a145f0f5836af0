// riposte check: every problem of a configuration at once, as file:line:column.
import { dirname, resolve } from 'node:path';
import { escapeControls } from '../alert/escape.ts';
import { checkHome } from '../config/check.ts';
import { openHomeFiles } from '../config/home-files.ts';
import { formatProblem, type Problem } from '../config/position.ts';
import { readConfiguration } from '../manager/configuration.ts';
import type { HomePaths } from '../manager/home.ts';
import { createRules } from '../manager/rules.ts';
import { builtInNames } from '../respond/registry.ts';
import { type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { exitStatus } from './exit-status.ts';
import { readSettings } from './read-settings.ts';

/** A FILE in an `etc` folder is checked with the home around it, unless another home is named. */
function choosePathsOf(file: string | undefined, options: CommonOptions, surroundings: Surroundings): HomePaths {
  if (file === undefined) return choosePaths(options, surroundings);
  const conf = resolve(file);
  const inEtc = dirname(conf).endsWith('/etc') && options.home === undefined;
  const paths = choosePaths(inEtc ? { ...options, home: dirname(dirname(conf)) } : options, surroundings);
  return { ...paths, conf };
}

function gatherProblems(paths: HomePaths, surroundings: Surroundings): readonly Problem[] {
  const files = openHomeFiles();
  const ofHome = checkHome({
    home: paths.home,
    confFile: paths.conf,
    files,
    builtIns: builtInNames(),
    asRoot: surroundings.isRoot,
  });
  const rules = createRules({ paths, hostname: '', nowMs: surroundings.nowMs, logtest: false });
  const { problems } = readConfiguration({ paths, rules, readSettings: () => readSettings(paths, surroundings) });
  // Both read the ossec.conf, and what does not exist is told where it is named.
  const told = new Set(ofHome.map(formatProblem));
  const isNew = (problem: Problem): boolean =>
    !told.has(formatProblem(problem)) &&
    (problem.position.line === 0 || files.resolveLinks(problem.position.file) !== undefined);
  return sortByFile([...ofHome, ...problems.filter(isNew)]);
}

/** Files in the order in which they are first spoken of; in a file, from top to bottom. */
function sortByFile(problems: readonly Problem[]): readonly Problem[] {
  const order = [...new Set(problems.map(({ position }) => position.file))];
  const rank = ({ position }: Problem): number => order.indexOf(position.file);
  return [...problems].sort(
    (a, b) => rank(a) - rank(b) || a.position.line - b.position.line || a.position.column - b.position.column,
  );
}

/** Status 0 where there is no error; warnings do not count. */
export async function runCheck(
  surroundings: Surroundings,
  file: string | undefined,
  options: CommonOptions,
): Promise<number> {
  const paths = choosePathsOf(file, options, surroundings);
  const problems = gatherProblems(paths, surroundings);
  if (options.json) surroundings.out(`${JSON.stringify(problems)}\n`);
  else {
    for (const problem of problems) surroundings.out(`${escapeControls(formatProblem(problem))}\n`);
    if (problems.length === 0) surroundings.out(`${paths.conf}: no problem found\n`);
  }
  return problems.some(({ severity }) => severity === 'error') ? exitStatus.refused : exitStatus.done;
}
