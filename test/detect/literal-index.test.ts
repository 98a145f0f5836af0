import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiteralIndex } from '../../src/detect/literal-index.ts';

const letters = (options: fc.StringConstraints) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\xff'), ...options });
const requirement = fc.option(fc.array(letters({ maxLength: 5 }), { maxLength: 3 }), { nil: undefined });

describe('the index of required texts', () => {
  it('says for every member what looking for each text would say, log after log', () => {
    fc.assert(
      fc.property(
        fc.array(requirement, { minLength: 6, maxLength: 30 }),
        fc.array(letters({ maxLength: 40 }), { minLength: 1, maxLength: 5 }),
        (texts, logs) => {
          const index = LiteralIndex.of(texts);
          fc.pre(index !== undefined);
          for (const log of logs) {
            index.scan(log);
            for (const [member, each] of texts.entries()) {
              const isTold = each !== undefined && each.length > 0 && !each.includes('');
              expect(index.mayHold(member)).toBe(!isTold || each.some((text) => log.includes(text)));
            }
          }
        },
      ),
      { numRuns: 1000, seed: 3 },
    );
  });

  it('is not made for a few siblings, or for texts that no log can be told by', () => {
    expect(LiteralIndex.of([['a'], ['b'], undefined])).toBeUndefined();
    expect(LiteralIndex.of(Array.from({ length: 20 }, () => ['', 'a']))).toBeUndefined();
  });

  it('finds texts that end in one another', () => {
    const index = LiteralIndex.of([['she'], ['he'], ['hers'], ['e'], ['his'], ['s'], ['x']]);
    index?.scan('ushers');
    expect([0, 1, 2, 3, 4, 5, 6].map((member) => index?.mayHold(member))).toEqual([
      true,
      true,
      true,
      true,
      false,
      true,
      false,
    ]);
  });
});
