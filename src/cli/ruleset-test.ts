// riposte ruleset test: the samples of rules, and which rules have none.
import { escapeControls } from '../alert/escape.ts';
import { formatProblem, type Position } from '../config/position.ts';
import { type SamplesReport, testSamples } from '../manager/ruleset-samples.ts';
import { type Surroundings, tellProblems } from './context.ts';
import { exitStatus } from './exit-status.ts';
import { choosePlace, type PlaceOptions } from './ruleset-place.ts';

/** So many rules without samples are listed one by one. */
const mostListed = 20;

function formatReport({ samples, failures, withoutSamples, neverFire }: SamplesReport): string {
  const line = (position: Position, message: string, severity: 'error' | 'warning'): string =>
    `${escapeControls(formatProblem({ severity, position, message }))}\n`;
  const more = withoutSamples.length - mostListed;
  return [
    ...failures.map(({ position, message }) => line(position, message, 'error')),
    ...neverFire.map(({ position, message }) => line(position, message, 'warning')),
    ...withoutSamples
      .slice(0, mostListed)
      .map(({ rule, position }) => line(position, `rule ${rule} has no sample that makes it fire.`, 'warning')),
    more > 0 ? `${more} more rules have no sample\n` : '',
    `${samples} samples, ${failures.length} failed\n`,
  ].join('');
}

/** Status 0 where every sample holds, and there is one. */
export async function runRulesetTest(
  surroundings: Surroundings,
  paths: readonly string[],
  options: PlaceOptions,
): Promise<number> {
  const report = testSamples(choosePlace(options, surroundings), paths);
  if (options.json) surroundings.out(`${JSON.stringify(report)}\n`);
  else {
    tellProblems(report.problems, surroundings);
    if (report.problems.length === 0) surroundings.out(formatReport(report));
  }
  if (report.problems.length === 0 && report.samples === 0) {
    surroundings.err('riposte: there are no samples: name files of them, or put them into etc/samples of the home\n');
  }
  const { problems, failures, samples } = report;
  return problems.length + failures.length === 0 && samples > 0 ? exitStatus.done : exitStatus.refused;
}
