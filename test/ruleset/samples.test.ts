// Every rule that ships has lines that make it fire and lines that do not: ruleset/samples/*.yaml. `riposte ruleset test` runs the same.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findUnsampled, runSamples } from '../../src/detect/samples/run-samples.ts';
import { readYamlSamples } from '../../src/detect/samples/yaml-samples.ts';
import { loadShipped, rulesetFolder } from './shipped.ts';

const folder = join(rulesetFolder, 'samples');
const files = readdirSync(folder).map((name) => readYamlSamples(readFileSync(join(folder, name), 'utf8'), name));
const samples = files.flatMap((file) => file.samples);
const loaded = loadShipped();
const ruleset = loaded.ruleset ?? expect.unreachable(JSON.stringify(loaded.problems));

describe('the shipped ruleset', () => {
  it('loads without a single problem', () => {
    expect(loaded.problems).toEqual([]);
  });

  it('has samples that can be read', () => {
    expect(files.flatMap(({ problems }) => problems)).toEqual([]);
    expect(samples.length).toBeGreaterThan(200);
  });

  it('has samples for every rule that can fire', () => {
    expect(findUnsampled(ruleset, samples).map(({ id }) => id)).toEqual([]);
  });

  it('has samples only for rules that exist, those of a rule in one file', () => {
    const ids = files.flatMap((file) => [...new Set(file.samples.map(({ rule }) => rule))]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const known = new Set(ruleset.rules.rules.map((rule) => rule.id));
    expect(ids.filter((id) => !known.has(id))).toEqual([]);
  });
});

const ids = [...new Set(samples.map(({ rule }) => rule))];

it.each(ids)('rule %s fires, and does not fire, as its samples say', (id) => {
  const own = samples.filter(({ rule }) => rule === id);
  expect(own.map(({ fires }) => fires)).toEqual(expect.arrayContaining([true, false]));
  expect(runSamples(ruleset, own)).toEqual([]);
});
