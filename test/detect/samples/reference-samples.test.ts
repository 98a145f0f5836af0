// The recorded answers to Wazuh's own tests, once more as the .ini files that those were: read, run and judged here. Needs the reference data.
import { beforeAll, describe, expect, it } from 'vitest';
import type { LoadResult } from '../../../src/detect/load.ts';
import { readIniSamples } from '../../../src/detect/samples/ini-samples.ts';
import { runSamples } from '../../../src/detect/samples/run-samples.ts';
import { loadReference, type Recording, readRecordings, referenceData } from '../reference.ts';

if (referenceData === undefined) console.warn('skipped: RIPOSTE_REFERENCE_DATA is not set');

type Judged = Recording & { readonly exp: readonly string[] };

/** A section for each recording: two of one name would be one. */
function iniOf(recordings: readonly Judged[]): string {
  return recordings
    .map(({ section, key, lines, exp: [rule, level, decoder] }, index) => {
      const values = lines.map((line) => `${key} = ${line}`);
      return [
        `[${index} ${section}]`,
        ...values,
        `rule = ${rule}`,
        `alert = ${level}`,
        `decoder = ${decoder}`,
        '',
      ].join('\n');
    })
    .join('\n');
}

describe.skipIf(referenceData === undefined)("Wazuh's own tests", () => {
  let loaded: LoadResult;
  beforeAll(() => {
    loaded = loadReference('corpus');
  }, 120_000);

  it('are judged as the original judged them', () => {
    // What does not stand as it is in such a file: lines that are trimmed, or empty.
    const recordings = (readRecordings('corpus.jsonl.gz') as Judged[]).filter(({ lines }) =>
      lines.every((line) => line.trim() === line && line !== ''),
    );
    const { samples, problems } = readIniSamples(iniOf(recordings), 'all.ini');
    expect(problems).toEqual([]);
    expect(samples).toHaveLength(recordings.length);
    expect(recordings.length).toBeGreaterThan(650);
    if (loaded.ruleset === undefined) throw new Error('the ruleset has errors');
    const failed = new Set(runSamples(loaded.ruleset, samples).map(({ position }) => position.line));
    const wrong = recordings.filter(({ ok }, index) => failed.has(samples[index]?.position.line ?? 0) === ok);
    expect(wrong.map(({ file, section, key }) => `${file} ${section} ${key}`)).toEqual([]);
  }, 300_000);
});
