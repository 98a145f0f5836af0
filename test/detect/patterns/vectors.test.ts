// The original's own answers, where they are at hand.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Subject } from '../../../src/detect/patterns/expression.ts';
import { compileOsmatch } from '../../../src/detect/patterns/osmatch.ts';
import { compileOsregex } from '../../../src/detect/patterns/osregex.ts';

const folder = process.env.RIPOSTE_REFERENCE_DATA;

function readRows(name: string): string[][] {
  const text = gunzipSync(readFileSync(`${folder}/recordings/${name}`)).toString('latin1');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')]));
}

function unhex(field: string | undefined): string {
  return Buffer.from((field ?? '=').slice(1), 'hex').toString('latin1');
}

function answerOsregex(mode: string | undefined, pattern: string, text: string): string {
  const compiled = compileOsregex(pattern, { captures: mode === 'c' });
  if (!compiled.ok) return 'error';
  const { regex } = compiled;
  const subject = new Subject(text);
  const end = regex.match(subject);
  if (regex.test(subject) !== (end !== undefined) && mode === 'r') return 'test and match disagree';
  if (end === undefined) return '-';
  return [String(end), ...regex.captures.map((capture) => `=${Buffer.from(capture, 'latin1').toString('hex')}`)].join(
    ' ',
  );
}

describe.skipIf(folder === undefined)('recorded answers (RIPOSTE_REFERENCE_DATA)', () => {
  it('osregex: match, end and captures', () => {
    const rows = readRows('osregex-vectors.tsv.gz');
    expect(rows.length).toBeGreaterThan(1000);
    const wrong = rows.flatMap(([mode, pattern, text, , result, ...captures]) => {
      const wanted = result?.startsWith('E') ? 'error' : [result, ...captures].join(' ');
      const got = answerOsregex(mode, unhex(pattern), unhex(text));
      return got === wanted ? [] : [{ mode, pattern: unhex(pattern), text: unhex(text), wanted, got }];
    });
    expect(wrong).toEqual([]);
  });

  it('osregex: a subject that begins inside a longer text gives the same answer, moved', () => {
    const wrong = readRows('osregex-vectors.tsv.gz').flatMap(([mode, pattern, text]) => {
      const compiled = compileOsregex(unhex(pattern), { captures: mode === 'c' });
      if (!compiled.ok) return [];
      const whole = compiled.regex.match(new Subject(unhex(text)));
      const captures = [...compiled.regex.captures];
      const moved = compiled.regex.match(new Subject(`a1 :${unhex(text)}`), 4);
      const same = moved === (whole === undefined ? undefined : whole + 4);
      return same && captures.join('\n') === compiled.regex.captures.join('\n') ? [] : [unhex(pattern)];
    });
    expect(wrong).toEqual([]);
  });

  it('osregex and osmatch: required literals stand in every subject that matches', () => {
    const wrong = readRows('osregex-vectors.tsv.gz').flatMap(([, pattern, text, , result]) => {
      const compiled = compileOsregex(unhex(pattern), { captures: false });
      const anyOf = compiled.ok ? compiled.regex.requiredAnyOf : undefined;
      if (anyOf === undefined || result === '-') return [];
      const { folded } = new Subject(unhex(text));
      return anyOf.some((literal) => folded.includes(literal)) ? [] : [unhex(pattern)];
    });
    expect(wrong).toEqual([]);
  });

  it('osmatch', () => {
    const rows = readRows('osmatch-vectors.tsv.gz');
    expect(rows.length).toBeGreaterThan(1000);
    const wrong = rows.filter(([, pattern, text, , result]) => {
      return compileOsmatch(unhex(pattern)).test(new Subject(unhex(text))) !== (result === '1');
    });
    expect(wrong).toEqual([]);
  });
});
