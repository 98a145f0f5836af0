// What fuzzing found once, replayed. `npm run fuzz` adds to it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  jsonRuleset,
  loadModules,
  loadPcre2,
  makeJson,
  makeLines,
  makePatterns,
  makeRulesets,
  readRulesetFiles,
  readShippedLines,
  shippedFolder,
  type Target,
} from '../../fuzz/targets.js';

const corpus = join(import.meta.dirname, '../../fuzz/corpus');
const modules = await loadModules(new URL('../../src/detect/', import.meta.url), '.ts');
// Times are not judged here: tests run on busy machines.
const now = (): number => 0;
const files = readRulesetFiles(shippedFolder);
const shipped = { name: 'shipped', files, lines: readShippedLines() };

const targets: readonly Target[] = [
  makeJson({ modules }),
  makeLines({ modules, rulesets: [shipped, jsonRuleset], now }),
  makePatterns({ modules, reference: loadPcre2() }),
  makeRulesets({ modules, files, now }),
];

describe.each(targets)('fuzz corpus: $name', (target) => {
  const folder = join(corpus, target.name);
  const names = readdirSync(folder);

  it.each(names)('%s', (name) => {
    const input: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    expect(target.check(input)).toBeUndefined();
  });
});

describe('fuzzed patterns without PCRE2 at hand', () => {
  const target = makePatterns({ modules, reference: undefined });
  const pattern = '(a)|b';

  it.each([
    ['the right answer', { spans: [[1, 2]] }, undefined],
    ['a wrong answer', { spans: [[0, 1]] }, 'without captures: ends at 1, captures []; PCRE2: ends at 0, captures []'],
    ['a refusal', { error: 101 }, 'taken here, refused by PCRE2'],
  ])('%s that was recorded is what they are compared with', (_, recorded, finding) => {
    expect(target.check({ kind: 'pcre2', pattern, text: 'xb', recorded })).toBe(finding);
  });
});
