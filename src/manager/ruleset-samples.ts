// The samples of a ruleset, from their files: which fail, and which rules have none.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../alert/error-text.ts';
import type { Position, Problem } from '../config/position.ts';
import type { Finding } from '../detect/findings/finding.ts';
import { loadRuleset, type Ruleset } from '../detect/load.ts';
import { readIniSamples } from '../detect/samples/ini-samples.ts';
import { findUnsampled, openWindowsRule, runSamples, type SampleFailure } from '../detect/samples/run-samples.ts';
import type { Sample } from '../detect/samples/sample.ts';
import { type ReadSamples, readYamlSamples } from '../detect/samples/yaml-samples.ts';
import { type RulesetPlace, shippedRuleset } from './home-ruleset.ts';
import { reportRuleset } from './ruleset-report.ts';

export interface SamplesReport {
  /** Files that cannot be read as samples, and a ruleset with errors. Nothing has been run where there are any. */
  readonly problems: readonly Problem[];
  readonly samples: number;
  readonly failures: readonly SampleFailure[];
  /** Of the files that are not Wazuh's own. */
  readonly withoutSamples: readonly { readonly rule: string; readonly position: Position }[];
  readonly neverFire: readonly Finding[];
}

const nothing = { samples: 0, failures: [], withoutSamples: [], neverFire: [] };

/** `paths`: files, and folders with files; none: those that belong to the place. */
export function testSamples(place: RulesetPlace, paths: readonly string[]): SamplesReport {
  const report = reportRuleset(place, { all: false });
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  const { yaml, ini, problems } = readAll(paths.length > 0 ? paths : place.sampleFolders.filter(exists));
  const { ruleset } = report;
  if (ruleset === undefined || errors.length + problems.length > 0) {
    return { ...nothing, problems: [...errors, ...problems] };
  }
  const samples = [...yaml, ...ini];
  return {
    problems: [],
    samples: samples.length,
    failures: [...runSamples(ruleset, yaml), ...runIni(place, ini)],
    withoutSamples: listUnsampled(place, ruleset, samples),
    neverFire: report.deadRules,
  };
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

interface AllSamples {
  readonly yaml: Sample[];
  readonly ini: Sample[];
  readonly problems: Problem[];
}

function readAll(paths: readonly string[]): AllSamples {
  const all: AllSamples = { yaml: [], ini: [], problems: [] };
  for (const path of paths) {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    for (const file of isFolder ? listSampleFiles(path) : [path]) {
      const { samples, problems } = readOne(file);
      all.problems.push(...problems);
      (file.endsWith('.ini') ? all.ini : all.yaml).push(...samples);
    }
  }
  return all;
}

function listSampleFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ya?ml|ini)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function readOne(file: string): ReadSamples {
  try {
    const text = readFileSync(file, 'utf8');
    return file.endsWith('.ini') ? readIniSamples(text, file) : readYamlSamples(text, file);
  } catch (error) {
    const message = `this file cannot be read: ${errorText(error)}.`;
    return { samples: [], problems: [{ severity: 'error', position: { file, line: 1, column: 1 }, message }] };
  }
}

/** Wazuh's tests are made for a ruleset with one rule changed. */
function runIni({ files, disk }: RulesetPlace, samples: readonly Sample[]): readonly SampleFailure[] {
  if (samples.length === 0) return [];
  const read = (path: string): string | undefined => {
    const text = disk.read(path);
    return text === undefined ? undefined : openWindowsRule(text);
  };
  const { ruleset } = loadRuleset({ files, disk: { ...disk, read }, logAlertLevel: 3, emailAlertLevel: 12 });
  return ruleset === undefined ? [] : runSamples(ruleset, samples);
}

function listUnsampled({ isStock, wholePath }: RulesetPlace, ruleset: Ruleset, samples: readonly Sample[]) {
  return findUnsampled(ruleset, samples)
    .map(({ id, definition: { position } }) => ({
      rule: id,
      position: { ...position, file: wholePath(position.file) },
    }))
    .filter(({ position: { file } }) => !isStock(file) || file.startsWith(shippedRuleset));
}
