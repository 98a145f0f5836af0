// riposte ruleset diff: what the shipped ruleset and Wazuh's make of the same lines.
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { escapeControls } from '../alert/escape.ts';
import type { Comparison, Example, LoneAlerts, Verdict } from '../detect/diff/tally.ts';
import { loadRuleset, type Ruleset } from '../detect/load.ts';
import { type RulesetPlace, shippedRuleset } from '../manager/home-ruleset.ts';
import { type DiffInput, diffRulesets } from '../manager/ruleset-diff.ts';
import { type Surroundings, tellProblems } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';
import { choosePlace, openFolderOrFail, type PlaceOptions } from './ruleset-place.ts';
import { formatTable } from './table.ts';

export interface RulesetDiffOptions extends PlaceOptions {
  readonly wazuh: string;
}

function loadOrFail(place: RulesetPlace, surroundings: Surroundings): Ruleset {
  const { files, disk, problems } = place;
  const loaded = loadRuleset({ files, disk, logAlertLevel: 3, emailAlertLevel: 12 });
  const errors = [...problems, ...loaded.problems].filter(({ severity }) => severity === 'error');
  tellProblems(errors, surroundings);
  if (loaded.ruleset !== undefined && errors.length === 0) return loaded.ruleset;
  throw new CommandFailure('a ruleset has errors', exitStatus.refused);
}

/** The shipped ruleset, unless the command line names another. */
function chooseHere(options: RulesetDiffOptions, surroundings: Surroundings): RulesetPlace {
  const isNamed = options.home !== undefined || options.ruleset !== undefined;
  return choosePlace(isNamed ? options : { ...options, ruleset: shippedRuleset }, surroundings);
}

function chooseInputs(paths: readonly string[], surroundings: Surroundings): readonly DiffInput[] {
  if (paths.length === 0) {
    return [{ location: 'stdin', newestMs: surroundings.nowMs(), open: () => surroundings.input }];
  }
  return paths.map((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || stat.isDirectory())
      throw new CommandFailure(`there is no file ${path}`, exitStatus.usage);
    const newestMs = Math.min(stat.mtimeMs, surroundings.nowMs());
    return { location: resolve(path), newestMs, open: () => createReadStream(path) };
  });
}

function describeVerdict({ rule, level, decoder, groups }: Verdict): string {
  const decoded = decoder === '' ? 'no decoder' : `decoder ${decoder}`;
  return rule === '' ? `no rule, ${decoded}` : `rule ${rule}, level ${level}, ${decoded}, ${groups.join(',')}`;
}

function formatExample({ line, here, there }: Example): string {
  const texts = [
    `  ${Buffer.from(line, 'latin1').toString('utf8')}`,
    `    here:  ${describeVerdict(here)}`,
    `    there: ${describeVerdict(there)}`,
  ];
  return texts.map((text) => `${escapeControls(text)}\n`).join('');
}

function formatLone(title: string, { lines, rules }: LoneAlerts): string {
  const parts = rules.map(
    ({ id, lines: count, examples }) => `rule ${id}: ${count} lines\n${examples.map(formatExample).join('')}`,
  );
  return `\n${title}: ${lines} lines\n${parts.join('')}`;
}

function formatComparison({ lines, same, differ, rules, onlyHere, onlyThere }: Comparison): string {
  const rows = rules.map((row) => [row.id, row.here, row.there, row.same, row.differ].map(String));
  const examples = rules
    .filter((row) => row.examples.length > 0)
    .map((row) => `\nrule ${row.id}: ${row.differ} lines differ\n${row.examples.map(formatExample).join('')}`);
  return [
    rows.length === 0 ? '' : formatTable(['rule', 'here', 'there', 'same', 'differ'], rows),
    ...examples,
    formatLone('alerts here alone', onlyHere),
    formatLone('alerts there alone', onlyThere),
    `\n${lines} lines, ${same} the same; different rule ${differ.rule}, level ${differ.level}, decoder ${differ.decoder}, groups ${differ.groups}\n`,
  ].join('');
}

/** Status 0 whatever they make of the lines. */
export async function runRulesetDiff(
  surroundings: Surroundings,
  paths: readonly string[],
  options: RulesetDiffOptions,
): Promise<number> {
  const inputs = chooseInputs(paths, surroundings);
  const here = loadOrFail(chooseHere(options, surroundings), surroundings);
  const there = loadOrFail(openFolderOrFail(options.wazuh), surroundings);
  const comparison = await diffRulesets(here, there, inputs);
  surroundings.out(options.json ? `${JSON.stringify(comparison)}\n` : formatComparison(comparison));
  return exitStatus.done;
}
