// The recordings of the original engine, and the rulesets they were made with, for tests. Needs the reference data.
import { loadReference as load, readLines } from '../../conformance/reference.js';
import { createDetector, type Engine } from '../../src/detect/engine.ts';
import { type LoadResult, loadRuleset } from '../../src/detect/load.ts';
import { chooseRulesetFiles } from '../../src/detect/ruleset-files.ts';

export const referenceData = process.env.RIPOSTE_REFERENCE_DATA;

export interface Recording {
  readonly file: string;
  readonly section: string;
  readonly key: string;
  readonly lines: readonly string[];
  readonly ok: boolean;
  readonly outs: readonly Record<string, unknown>[];
}

export function readRecordings(name: string): Recording[] {
  return readLines(referenceData, name);
}

export function loadReference(variant: 'corpus' | 'custom' | 'windows'): LoadResult {
  return load(referenceData ?? '', variant, { loadRuleset, chooseRulesetFiles });
}

export function startSession(loaded: LoadResult): Engine {
  if (loaded.ruleset === undefined) throw new Error(JSON.stringify(loaded.problems.slice(0, 5)));
  return createDetector(loaded.ruleset, { hostname: 'vm', logAlertLevel: 3, memorySize: 8192, logtest: true });
}
