import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Subject } from '../../../src/detect/patterns/expression.ts';
import { compileOsmatch } from '../../../src/detect/patterns/osmatch.ts';

/** The definition, word for word and slowly. // spec ruleset §4.2 */
function naive(pattern: string, text: string): boolean {
  const fold = (value: string): string => value.replace(/[A-Z]/g, (char) => char.toLowerCase());
  const negated = pattern.startsWith('!');
  const subject = fold(text);
  const found = fold(negated ? pattern.slice(1) : pattern)
    .split('|')
    .some((part) => {
      const begin = part.startsWith('^');
      const end = part.length > (begin ? 1 : 0) && part.endsWith('$');
      const middle = part.slice(begin ? 1 : 0, end ? -1 : undefined);
      for (let at = 0; at + middle.length <= subject.length; at++) {
        if (subject.slice(at, at + middle.length) !== middle) continue;
        const alone = middle === '' && !(begin && end);
        if (alone || ((!begin || at === 0) && (!end || at + middle.length === subject.length))) return true;
      }
      return false;
    });
  return found !== negated;
}

const piece = fc.string({
  unit: fc.constantFrom('a', 'A', 'b', 'B', '^', '$', '|', '!', '\\', ' ', 'É'),
  maxLength: 8,
});

describe('osmatch', () => {
  it.each([
    ['', 'x', true],
    ['!', 'x', false],
    ['cat|dog', 'a DOG', true],
    ['^cat', 'a cat', false],
    ['cat$', 'a CAT', true],
    ['^cat$', 'cat', true],
    ['^cat$', 'cats', false],
    ['a^b', 'xa^b', true],
    ['!cat', 'dog', true],
    ['a\\|b', 'a\\', true],
    ['É', 'é', false],
  ])('%s on "%s"', (pattern, text, expected) => {
    expect(compileOsmatch(pattern).test(new Subject(text))).toBe(expected);
  });

  it('agrees with its definition', () => {
    fc.assert(
      fc.property(piece, piece, (pattern, text) => {
        expect(compileOsmatch(pattern).test(new Subject(text))).toBe(naive(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  it('a subject from an offset is that part alone', () => {
    fc.assert(
      fc.property(piece, piece, piece, (pattern, before, text) => {
        expect(compileOsmatch(pattern).test(new Subject(before + text), before.length)).toBe(naive(pattern, text));
      }),
    );
  });

  it('required literals stand in every subject that matches', () => {
    fc.assert(
      fc.property(piece, piece, (pattern, text) => {
        const matcher = compileOsmatch(pattern);
        const subject = new Subject(text);
        if (matcher.requiredAnyOf === undefined || !matcher.test(subject)) return;
        expect(matcher.requiredAnyOf.some((literal) => subject.folded.includes(literal))).toBe(true);
      }),
    );
    expect(compileOsmatch('Failed').requiredLiteral).toBe('failed');
    expect(compileOsmatch('!Failed').requiredAnyOf).toBeUndefined();
    expect(compileOsmatch('Failed|').requiredAnyOf).toBeUndefined();
  });
});
