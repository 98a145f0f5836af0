import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareBinder } from '../../src/decide/bind.ts';
import { compilers } from './patterns.ts';
import { makeResponse, makeRule } from './samples.ts';

type Criteria = Parameters<typeof makeResponse>[0];

function binds(criteria: Criteria, rule: Parameters<typeof makeRule>[0] = {}): boolean {
  const binder = prepareBinder([makeResponse(criteria)], compilers.compileGroupPattern);
  return binder.bind(makeRule(rule)).length === 1;
}

describe('bind', () => {
  it.each([
    ['level reached', { level: 10 }, true],
    ['level not reached', { level: 11 }, false],
    ['group', { rulesGroup: 'sshd,' }, true],
    ['group in another case', { rulesGroup: 'SSHD,' }, true],
    ['another group', { rulesGroup: 'web,' }, false],
    ['one of two groups', { rulesGroup: 'web,|sshd,' }, true],
    ['level and group', { level: 10, rulesGroup: 'sshd,' }, true],
    ['level without group', { level: 10, rulesGroup: 'web,' }, false],
    ['group without level', { level: 11, rulesGroup: 'sshd,' }, false],
    ['id', { rulesIds: new Set(['5712']) }, true],
    ['another id', { rulesIds: new Set(['571']) }, false],
    ['id, whatever level and group say', { level: 11, rulesGroup: 'web,', rulesIds: new Set(['5712']) }, true],
    ['level, whatever the ids say', { level: 10, rulesIds: new Set(['1']) }, true],
    ['nothing given', {}, false],
    ['an empty group pattern, which is in every text', { rulesGroup: '' }, true],
    ['a pattern that does not compile', { rulesGroup: '(a|b)' }, false],
  ] satisfies [string, Criteria, boolean][])('%s', (_, criteria, expected) => {
    expect(binds(criteria)).toBe(expected);
  });

  it('binds no_ar and level 0 all the same: guards tell of them', () => {
    expect(binds({ level: 10 }, { noActiveResponse: true })).toBe(true);
    expect(binds({ rulesIds: new Set(['5712']) }, { level: 0 })).toBe(true);
  });

  it('says that the id was the cause where it alone suffices', () => {
    const binder = prepareBinder(
      [makeResponse({ level: 10 }), makeResponse({ level: 10, rulesIds: new Set(['5712']) })],
      compilers.compileGroupPattern,
    );
    expect(binder.bind(makeRule()).map(({ byRuleId }) => byRuleId)).toEqual([false, true]);
  });

  it('is ((level or group given) and both that are given hold) or id', () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined }),
        fc.option(fc.constantFrom('a,', 'b,', 'c,'), { nil: undefined }),
        fc.option(fc.subarray(['1', '2', '3']), { nil: undefined }),
        fc.integer({ min: 0, max: 16 }),
        fc.constantFrom('1', '2', '9'),
        fc.subarray(['a,', 'b,']),
        (level, rulesGroup, ids, ruleLevel, id, groups) => {
          const groupString = groups.join('');
          const rulesIds = ids === undefined ? undefined : new Set(ids);
          const criteria =
            (level !== undefined || rulesGroup !== undefined) &&
            (level === undefined || ruleLevel >= level) &&
            (rulesGroup === undefined || groupString.includes(rulesGroup));
          expect(binds({ level, rulesGroup, rulesIds }, { level: ruleLevel, id, groupString })).toBe(
            criteria || rulesIds?.has(id) === true,
          );
        },
      ),
    );
  });
});
