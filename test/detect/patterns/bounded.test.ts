// No pattern and no text may hold the engine up. Steps are counted; the clock only has the last word, and a generous one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Subject } from '../../../src/detect/patterns/expression.ts';
import { compileOsregex } from '../../../src/detect/patterns/osregex.ts';
import { PatternWatch, type SlowPattern } from '../../../src/detect/patterns/pattern-watch.ts';
import { compilePcre2 } from '../../../src/detect/patterns/pcre2.ts';
import { GAVE_UP } from '../../../src/detect/patterns/pcre2-backtrack.ts';
import { CountedPattern } from '../../../src/detect/patterns/pcre2-counted.ts';
import { parsePcre2 } from '../../../src/detect/patterns/pcre2-parse.ts';

const kib = 1024;
const owner = { position: { file: 'etc/rules/local.xml', line: 7, column: 3 }, what: 'rule 100100, <regex>' };

function watched(): { watch: PatternWatch; told: SlowPattern[]; pass: (ms: number) => void } {
  const told: SlowPattern[] = [];
  let nowMs = 0;
  const watch = new PatternWatch({ now: () => nowMs, onSlow: (slow) => told.push(slow) });
  return { watch, told, pass: (ms) => (nowMs += ms) };
}

function counted(pattern: string): CountedPattern {
  return new CountedPattern(parsePcre2(pattern), true);
}

const sizes = [64 * kib, 1024 * kib];

describe('pcre2 on hostile texts', () => {
  it.each(
    sizes.flatMap((size): [string, string, number | undefined][] => [
      ['(a+)+$', `${'a'.repeat(size)}b`, undefined],
      ['(?=(a+)+$)', `${'a'.repeat(size)}b`, undefined],
      ['(?<!x)(a+)+$', `${'a'.repeat(size)}b`, undefined],
      ['(a|aa)+$', `${'a'.repeat(size)}b`, undefined],
      ['(\\w+\\s?)+!!', `${'a '.repeat(size / 2)}!`, undefined],
      ['^(.*?,){30}P', 'a,'.repeat(size / 2), undefined],
      ['(?:a|b)*c', 'ab'.repeat(size / 2), undefined],
      ['(?>a+)+b', 'a'.repeat(size), undefined],
      ['(a+)+\\1$', `${'a'.repeat(size)}b`, undefined],
    ]),
  )('%s ends', (pattern, text, end) => {
    const { watch } = watched();
    for (const captures of [false, true]) {
      const compiled = compilePcre2(pattern, { captures, watch, owner });
      if (!compiled.ok) throw new Error(compiled.error);
      expect(compiled.regex.match(new Subject(text))).toBe(end);
    }
  });

  it.each(['(a+)+$', '(?=(a+)+$)', '(?!(a+)+c)a+d', '(?<=b)(a+)+$|(a+)+c', '(?>(a+)+$)'])(
    '%s needs steps by the length, not by its powers',
    (pattern) => {
      const short = counted(pattern);
      const long = counted(pattern);
      expect(short.find(`${'a'.repeat(16 * kib)}b`, 1e9)).toBe(-1);
      expect(long.find(`${'a'.repeat(64 * kib)}b`, 1e9)).toBe(-1);
      expect(long.steps).toBeLessThan(short.steps * 5);
      expect(long.steps).toBeLessThan(100 * 64 * kib);
    },
  );

  it.each(['(a+)+\\1$', '^(.*?,){30}P', '(?=(.*,)+P)(.*,)+\\2Q'])('%s is given up at its limit', (pattern) => {
    const regex = counted(pattern);
    const limit = 300_000;
    const text = pattern.includes(',') ? 'a,'.repeat(32 * kib) : `${'a'.repeat(64 * kib)}b`;
    expect(regex.find(text, limit)).toBe(GAVE_UP);
    // One step may go over a whole run of bytes.
    expect(regex.steps).toBeLessThan(limit + 2 * text.length);
  });

  it('a text that is too long for the stack of V8 is matched all the same', () => {
    const compiled = compilePcre2('(?:a|b)*c', { captures: true });
    if (!compiled.ok) throw new Error(compiled.error);
    expect(compiled.regex.match(new Subject(`${'ab'.repeat(16 * kib)}c`))).toBe(32 * kib);
  });
});

describe('the step-counting matcher', () => {
  it('answers as V8 does where V8 can be asked', () => {
    const unit = fc.constantFrom(
      'a',
      'b',
      '.',
      '(',
      '(?:',
      ')',
      '|',
      '?',
      '+',
      '*',
      '+?',
      '{2}',
      '\\b',
      '(?=',
      '(?!',
      '$',
      '[ab]',
      '(?<=a)',
      '\\1',
      '(?>',
    );
    const pattern = fc.string({ unit, maxLength: 12 });
    const text = fc.string({ unit: fc.constantFrom('a', 'a', 'b', 'c', ' '), maxLength: 12 });
    let compared = 0;
    fc.assert(
      fc.property(pattern, text, (source, value) => {
        const compiled = compilePcre2(source, { captures: true });
        if (!compiled.ok) return;
        compared++;
        const end = compiled.regex.match(new Subject(value));
        const own = counted(source);
        const found = own.find(value, 1e6);
        expect(found < 0 ? undefined : found - 1).toBe(end);
        if (end !== undefined) expect(own.readCaptures(value)).toEqual(compiled.regex.captures);
      }),
      { numRuns: 20_000 },
    );
    expect(compared).toBeGreaterThan(2000);
  });
});

describe('what a file may hold', () => {
  it.each([
    ['a{65536}', /repeat count/],
    ['(?:ab){65535}', /too large/],
    [`${'(?:'.repeat(20)}a${'){9}'.repeat(20)}`, /too large/],
    ['(?<=a*)b', /lookbehind/],
    ['(?<=a{60000}b{60000})c', /lookbehind/],
    [`${'('.repeat(300)}${')'.repeat(300)}`, /too deeply/],
  ])('%s is refused', (pattern, reason) => {
    const compiled = compilePcre2(pattern);
    expect(compiled.ok ? '' : compiled.error).toMatch(reason);
  });

  it.each([
    ['a long choice', `(?:${'ab|'.repeat(6000)}c)+$`],
    ['many repeats', `${'a?'.repeat(5000)}${'a'.repeat(5000)}`],
    ['deep repeats', `${'('.repeat(240)}a+${')+'.repeat(240)}`],
    ['deep looks', `${'(?='.repeat(200)}a+${')'.repeat(200)}b`],
    ['many groups', `${'(a)'.repeat(3000)}\\1`],
    ['large counts', `${'[a-c]{1,65535}'.repeat(140)}d`],
  ])('%s is taken, and ends', (_, pattern) => {
    const compiled = compilePcre2(pattern, { captures: true });
    if (!compiled.ok) throw new Error(compiled.error);
    compiled.regex.match(new Subject(`${'a'.repeat(8 * kib)}!`));
    expect(compileOsregex('\\S+,'.repeat(4000), { captures: true }).ok).toBe(true);
  });
});

describe('osregex on hostile texts', () => {
  // Four places to come back to, each again and again: without a limit 2 KiB take minutes.
  const pattern = 'a\\S+b\\S+c\\S+d x';

  it.each(sizes)('ends at its limit on %s bytes', (size) => {
    const { watch, told } = watched();
    const limit = watch.stepsFor(size);
    const spent: number[] = [];
    const spend = watch.spend.bind(watch);
    watch.spend = (steps, length) => {
      spent.push(steps);
      spend(steps, length);
    };
    const compiled = compileOsregex(pattern, { captures: true, watch, owner });
    if (!compiled.ok) throw new Error(compiled.error);
    expect(compiled.regex.match(new Subject(`${'abca'.repeat(size / 4 - 1)} d x`))).toBeUndefined();
    expect(told).toEqual([{ owner, source: pattern, reason: 'steps', length: size, times: 1 }]);
    expect(spent.length).toBe(1);
    expect(spent[0]).toBeLessThan(limit + size);
  });

  it('gives the whole answer on texts as logs have them', () => {
    const compiled = compileOsregex(pattern, { captures: false });
    if (!compiled.ok) throw new Error(compiled.error);
    expect(compiled.regex.match(new Subject('start a1b2c3d x'))).toBe(14);
  });
});
