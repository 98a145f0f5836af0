import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Subject } from '../../../src/detect/patterns/expression.ts';
import { compilePcre2, type Pcre2 } from '../../../src/detect/patterns/pcre2.ts';

function compile(pattern: string, captures = true): Pcre2 {
  const compiled = compilePcre2(pattern, { captures });
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.regex;
}

/** The end with captures and without, which take different ways, must agree. */
function endOf(pattern: string, text: string): number | undefined {
  const subject = new Subject(text);
  const end = compile(pattern).match(subject);
  expect(compile(pattern, false).match(subject)).toBe(end);
  expect(compile(pattern, false).test(subject)).toBe(end !== undefined);
  return end;
}

describe('pcre2', () => {
  it.each([
    // pattern, text, end
    ['abc', 'xabcx', 3],
    ['ABC', 'abc', undefined],
    ['(?i)abc', 'xABc', 3],
    ['^(?i)abc', 'ABC', 2],
    ['^(?i)abc', 'xABC', undefined],
    ['a(?i)b', 'aB', 1],
    ['a(?i)b', 'AB', undefined],
    ['(a(?i)b)c', 'aBc', 2],
    ['(a(?i)b)c', 'aBC', undefined],
    ['(?:a(?i)b|c)d', 'Cd', 1],
    ['(?i:a)b', 'Ab', 1],
    ['(?i:a)b', 'AB', undefined],
    ['(?i)[^a]b', 'Ab', undefined],
    ['(?i)\xc9', '\xe9', undefined],
    ['(?i)[\xc0-\xdf]', '\xe9', undefined],
    ['a.c', 'a\nc', undefined],
    ['a.c', 'a\rc', 2],
    ['(?s)a.c', 'a\nc', 2],
    ['a\\Nc', 'a\nc', undefined],
    ['a$', 'a\n', 0],
    ['a$', 'a\n\n', undefined],
    ['a\\Z', 'a\n', 0],
    ['a\\z', 'a\n', undefined],
    ['(?m)^b$', 'a\nb\nc', 2],
    ['(?m)^b$', 'a\rb\rc', undefined],
    ['(?m)^$', 'a\n', undefined],
    ['\\Ab', 'a\nb', undefined],
    ['\\s', '\xa0', undefined],
    ['\\h', '\xa0', 0],
    ['\\v', '\x85', 0],
    ['\\w', '\xe9', undefined],
    ['(?U)a+', 'aaa', 0],
    ['(?U)a+?', 'aaa', 2],
    ['(?mUs)a.*c', 'a\nc c', 2],
    ['a*+a', 'aaa', undefined],
    ['(?>a|ab)c', 'abc', undefined],
    ['(?>a+)b', 'aab', 2],
    ['\\R\\n', '\r\n', undefined],
    ['[[:alpha:]]+', '12ab', 3],
    ['[[:^digit:]]', '1a', 1],
    ['[]a]', ']', 0],
    ['[^]a]', 'b', 0],
    ['[a\\]b]+', 'a]b', 2],
    ['[\\Qa]\\E]+', 'a]', 1],
    ['\\Qa.b\\E+', 'a.bb', 3],
    ['\\x{41}\\x42', 'AB', 1],
    ['\\<x', '<x', 1],
    ['a{,2}', 'a{,2}', 4],
    ['a{2', 'a{2', 2],
    ['a{2,3}', 'aaaa', 2],
    ['(?x) a b # comment\n c', 'abc', 2],
    ['a(?#note)b', 'ab', 1],
    ['foo\\Kbar', 'foobar', 5],
    ['(?<n>a)\\k<n>', 'aa', 1],
    ["(?'n'a)(?P=n)", 'aa', 1],
    ['(a)(?>b)\\1', 'aba', 2],
    ['(?<=a)b', 'ab', 1],
    ['(?<!a)b', 'ab', undefined],
    ['x*', 'y', -1],
    ['(*UTF)\\N{U+202E}', 'a\xe2\x80\xaeb', 3],
    ['(*UTF)\\N{U+202E}', '\xff\xe2\x80\xae', undefined],
  ])('%j on %j ends at %s', (pattern, text, end) => {
    expect(endOf(pattern, text)).toBe(end);
  });

  it('captures up to the highest group that took part, the others empty', () => {
    const regex = compile('(a)|(b)(c)?(d)?|(e)');
    expect(regex.match(new Subject('bc'))).toBe(1);
    expect(regex.captures).toEqual(['', 'b', 'c']);
    expect(regex.match(new Subject('a'))).toBe(0);
    expect(regex.captures).toEqual(['a']);
  });

  it('numbers groups as written, whatever the translation adds', () => {
    const regex = compile('(?>(a)b)++(?:c)(?<last>D)');
    expect(regex.match(new Subject('ababcD'))).toBe(5);
    expect(regex.captures).toEqual(['a', 'D']);
  });

  it('captures the text as it is, also where case does not matter', () => {
    const regex = compile('(?i)user (\\w+)');
    expect(regex.match(new Subject('USER Bob'))).toBe(7);
    expect(regex.captures).toEqual(['Bob']);
  });

  it.each([
    '(?|a|b)',
    '(?R)',
    '(?1)',
    '(a)(?(1)b|c)',
    '(*ACCEPT)',
    '(*UCP)\\w',
    '\\p{L}',
    '\\X',
    'a**',
    '^*',
    '(',
    ')',
    '[a',
    '*a',
    '(?:a*)*',
    '(?:(a)|b)*',
    '(?:(a)|b)\\1',
    '(a)?\\1',
    '\\1(a)',
    '\\2(a)',
    '\\10',
    '(?<=a+)b',
    '(?<=(a))b',
    '(?<=a|bc+)d',
    '\\x{100}',
    '[z-a]',
    '[[:nope:]]',
    '\\y',
    '(?<n>a)(?<n>b)',
    'a{3,2}',
    '(*UTF).',
    '[[.a.]]',
    '(?C1)',
    '[\\d-x]+',
    '[:alpha:]',
    '{2}a',
    '\\R+',
    '.+\\R',
    '(?(DEFINE)a)',
  ])('refuses %j, with a reason', (pattern) => {
    const compiled = compilePcre2(pattern, { captures: true });
    expect(compiled.ok).toBe(false);
    if (!compiled.ok) expect(compiled.error.length).toBeGreaterThan(5);
  });

  it('knows the text without which nothing matches', () => {
    expect(compile('^(?i)Failed\\s+(?:a|b) FOR').requiredLiteral).toBe('failed');
    expect(compile('foo\\d|bar').requiredAnyOf).toEqual(['foo', 'bar']);
    expect(compile('(?:foo)?\\d').requiredAnyOf).toBeUndefined();
  });

  it('required literals stand in every text that matches', () => {
    const unit = fc.constantFrom('a', 'b', 'C', '(?:', ')', '|', '?', '+', '\\b', '(?i)', '[ab]', '.');
    const pattern = fc.string({ unit, maxLength: 10 });
    const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'c', 'C', ' '), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (source, value) => {
        const compiled = compilePcre2(source);
        const subject = new Subject(value);
        if (!compiled.ok || compiled.regex.requiredAnyOf === undefined || !compiled.regex.test(subject)) return;
        expect(compiled.regex.requiredAnyOf.some((literal) => subject.folded.includes(literal))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('a pattern that backtracks without end is still finished', () => {
    const regex = compile('(?:a|aa)+(?:b|a)+c', false);
    expect(regex.test(new Subject(`${'a'.repeat(60)}xc`))).toBe(false);
  });
});
