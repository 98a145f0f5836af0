import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Subject } from '../../../src/detect/patterns/expression.ts';
import { compileOsregex, type Osregex } from '../../../src/detect/patterns/osregex.ts';

function compile(pattern: string, captures = true): Osregex {
  const compiled = compileOsregex(pattern, { captures });
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.regex;
}

describe('osregex', () => {
  it.each([
    ['^k \\S+', 'k abcd', 2, []],
    ['^k \\S+', 'k ab cd', 4, []],
    ['^k (\\S+)', 'k ab cd', 2, ['ab']],
    ['(\\d+)', 'a 12 b', 2, ['12']],
    ["'(\\.*)'", "x 'a' and 'b'", 4, ['a']],
    ['(\\.*),(\\.*)', 'a,b,c', 1, ['a', 'b,c']],
    ['a(\\w*)b', 'aXbYb', 2, ['X']],
    ['user=(\\S+) ip=(\\S+)', 'user=bob ip=1.2.3.4 z', 12, ['bob', '1.2.3.4']],
    ['(\\d+)-(\\d+)$', '10-20', 3, ['10', '20']],
    ['(\\d+)-(\\d+)$', '10-20x', undefined, []],
    ['x(\\d*)y', 'xy', 1, ['']],
    ['^(\\S+) (\\S+)$', 'one two three', undefined, []],
    ['(\\S+): (\\.+): (\\.+)', 'p: q :: r: s', 11, ['p', 'q :: r', 's']],
    ['\\S+\\s+\\S+\\s+x', 'a b  c  x', undefined, []],
    ['(a)|(b)(c)', 'zbc', undefined, []],
    ['x(\\S+)|y(\\S+) (\\S+)', 'y1 2', 3, ['1', '2']],
    ['a+', 'aa', undefined, []],
    ['a+', 'a+', 1, []],
    ['a.c', 'abc', undefined, []],
    ['a.c', 'a.c', 2, []],
    ['AB', 'ab', 1, []],
    ['\\d*', 'abc', -1, []],
    ['\\w+', '-@_', 0, []],
    ['end$', 'the end', 6, []],
    ['a^b', 'xa^b', 3, []],
    ['$x', 'a$x', 2, []],
    ['', 'anything', 0, []],
    ['^$', '', 0, []],
    ['^$', 'x', undefined, []],
  ])('%s on "%s" ends at %s', (pattern, text, end, captures) => {
    const regex = compile(pattern);
    expect(regex.match(new Subject(text))).toBe(end);
    if (end !== undefined) expect(regex.captures).toEqual(captures);
  });

  it.each(['a(x|y)', '((a))', '\\q', 'a\\', 'a(', 'a)'])('refuses %s', (pattern) => {
    expect(compileOsregex(pattern, { captures: true }).ok).toBe(false);
  });

  it('counts from the given offset and returns an index of the whole text', () => {
    const regex = compile('^b(\\d+) ');
    expect(regex.match(new Subject('xxb12 c'), 2)).toBe(5);
    expect(regex.captures).toEqual(['12']);
    expect(regex.match(new Subject('xxb12 c'), 1)).toBeUndefined();
  });

  it('makes no captures unless asked', () => {
    const regex = compile('(\\d+)', false);
    expect(regex.match(new Subject('12'))).toBe(0);
    expect(regex.captures).toEqual([]);
  });

  it('names the literal without which nothing matches', () => {
    expect(compile('^\\s*Failed (\\S+) for').requiredLiteral).toBe('failed ');
    expect(compile('aa|bb\\d').requiredAnyOf).toEqual(['aa', 'bb']);
    expect(compile('aa|\\d').requiredAnyOf).toBeUndefined();
  });

  it('plain text is found where a folded search finds it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', ' ', '.', 'é'), maxLength: 12 });
    fc.assert(
      fc.property(
        text,
        text.filter((part) => part !== ''),
        (subject, pattern) => {
          const folded = (value: string): string => value.replace(/[A-Z]/g, (char) => char.toLowerCase());
          const at = folded(subject).indexOf(folded(pattern));
          expect(compile(pattern).match(new Subject(subject))).toBe(at < 0 ? undefined : at + pattern.length - 1);
        },
      ),
    );
  });

  it('comes to an end on a text that fits almost, with many wildcards', () => {
    const regex = compile('(\\.+)a(\\.+)b(\\.+)c(\\.+)d(\\.+)e$');
    expect(regex.match(new Subject(`${'abcd'.repeat(500)}e!`))).toBeUndefined();
  });
});
