import { describe, expect, it } from 'vitest';
import { Tally, type Verdict } from '../../src/detect/diff/tally.ts';

const none: Verdict = { rule: '', level: 0, decoder: '', groups: [], alerts: false };
const fires = (rule: string, more: Partial<Verdict> = {}): Verdict => ({
  rule,
  level: 5,
  decoder: 'sshd',
  groups: ['syslog', 'sshd'],
  alerts: true,
  ...more,
});

function compare(...lines: readonly (readonly [string, Verdict, Verdict])[]) {
  const tally = new Tally();
  for (const [line, here, there] of lines) tally.add(line, here, there);
  return tally.result();
}

describe('the tally of two rulesets', () => {
  it('counts by rule id what both say, and in what they differ', () => {
    const result = compare(
      ['a', fires('5710'), fires('5710')],
      ['b', fires('5710'), fires('5710', { level: 7 })],
      ['c', fires('5710'), fires('100', { groups: ['syslog'] })],
      ['d', none, none],
      ['e', none, { ...none, decoder: 'x' }],
    );
    expect(result).toMatchObject({
      lines: 5,
      same: 2,
      differ: { rule: 1, level: 1, decoder: 1, groups: 1 },
      onlyHere: { lines: 0 },
      onlyThere: { lines: 0 },
    });
    expect(
      result.rules.map(({ id, here, there, same, differ, examples }) => [
        id,
        here,
        there,
        same,
        differ,
        examples.map(({ line }) => line),
      ]),
    ).toEqual([
      ['100', 0, 1, 0, 1, ['c']],
      ['5710', 3, 2, 1, 2, ['b', 'c']],
    ]);
  });

  it('counts the lines on which one alone alerts, by its rule', () => {
    const quiet = fires('1', { level: 0, alerts: false });
    const result = compare(
      ['a', fires('5710'), none],
      ['b', fires('5710'), quiet],
      ['c', quiet, fires('5716')],
      ['d', quiet, quiet],
      ['e', fires('5710'), fires('5716')],
    );
    expect(result.onlyHere).toMatchObject({
      lines: 2,
      rules: [{ id: '5710', lines: 2, examples: [{ line: 'a' }, { line: 'b' }] }],
    });
    expect(result.onlyThere).toMatchObject({ lines: 1, rules: [{ id: '5716', lines: 1 }] });
  });

  it('keeps three examples of each, cut, however many lines there are', () => {
    const result = compare(...Array.from({ length: 1000 }, () => ['x'.repeat(9000), fires('5710'), none] as const));
    expect(result.rules[0]?.examples.map(({ line }) => line.length)).toEqual([500, 500, 500]);
    expect(result.onlyHere.rules[0]?.examples).toHaveLength(3);
    expect(result.onlyHere.lines).toBe(1000);
  });
});
