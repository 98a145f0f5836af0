// spec ruleset §8.2: which lists an event enters, and when it is freed.
import { describe, expect, it } from 'vitest';
import { idsOf, messageOf } from '../small-ruleset.ts';
import { rule, rulesOf, startPairs } from './one-rule.ts';

const composite = (id: number, level: number, of: string, attributes: string, inner = ''): string =>
  `<rule id="${id}" level="${level}" ${attributes}>${of}${inner}<description>c${id}</description></rule>`;
const sid = (id: number): string => `<if_matched_sid>${id}</if_matched_sid>`;
const group = (name: string): string => `<if_sid>100</if_sid><if_matched_group>${name}</if_matched_group>`;
const window = 'frequency="3" timeframe="600"';

function firing(inner: string, ...logs: string[]): string[] {
  return idsOf(startPairs(rulesOf(inner)), logs);
}

describe('§8.2 an event enters', () => {
  it('the lists of groups of its rule, those loaded before the composite', () => {
    const member = (id: number, match: string): string => rule(id, 5, `<match>${match}</match><group>login,</group>`);
    const rules = member(101, 'a') + member(102, 'b') + composite(103, 9, group('login'), window, '<match>now</match>');
    expect(firing(rules, 'kv a', 'kv b', 'kv now')).toEqual(['101', '102', '103']);
    expect(firing(rules + member(104, 'c'), 'kv a', 'kv c', 'kv now')).toEqual(['101', '104', '-']);
    expect(firing(rules, 'kv a', 'kv x', 'kv now')).toEqual(['101', '-', '-']);
  });

  it('by an osmatch on the group text', () => {
    const member = rule(101, 5, '<match>a</match><group>Login_Failed,</group>');
    const one = (pattern: string): string[] =>
      firing(member + composite(103, 9, group(pattern), 'timeframe="600"', '<match>now</match>'), 'kv a', 'kv now');
    expect(one('login')).toEqual(['101', '103']);
    expect(one('other|^t,login')).toEqual(['101', '103']);
    expect(one('^login')).toEqual(['101', '-']);
  });

  it('the list of its rule, and then no list of a group', () => {
    const member = rule(101, 5, '<match>a</match><group>login,</group>');
    const byGroup = composite(103, 9, group('login'), window, '<match>group</match>');
    const bySid = composite(104, 9, `<if_sid>100</if_sid>${sid(101)}`, window, '<match>sid</match>');
    const logs = ['kv a', 'kv a', 'kv group', 'kv sid'];
    expect(firing(member + byGroup, ...logs)).toEqual(['101', '101', '103', '-']);
    expect(firing(member + byGroup + bySid, ...logs)).toEqual(['101', '101', '-', '104']);
  });

  it('the list of a group once for each place of its rule', () => {
    const places = rule(101, 3, '<match>a</match>') + rule(102, 3, '<match>b</match>');
    const twice = `<rule id="103" level="5"><if_sid>101,102</if_sid><match>x</match><group>login,</group><description>d</description></rule>`;
    const by = composite(104, 9, group('login'), window, '<match>now</match>');
    expect(firing(places + twice + by, 'kv a x', 'kv now')).toEqual(['103', '104']);
  });

  it('only the list of the composite that it fires', () => {
    const rules =
      rule(101, 5, '') +
      composite(102, 9, sid(101), 'frequency="2" timeframe="600"') +
      composite(103, 12, sid(102), 'frequency="3" timeframe="600"');
    expect(firing(rules, ...new Array(5).fill('kv'))).toEqual(['101', '102', '102', '103', '102']);
  });

  it('none at level 0, and those of its rule though that has no_log', () => {
    const silent = (level: number): string =>
      rule(101, level, '<options>no_log</options>') + composite(102, 9, sid(101), 'frequency="2" timeframe="600"');
    expect(firing(silent(0), 'kv', 'kv')).toEqual(['-', '-']);
    expect(firing(silent(5), 'kv', 'kv')).toEqual(['101', '102']);
  });
});

describe('§8.2 the memory', () => {
  const rules = rulesOf(
    rule(101, 5, '<match>a</match>') +
      rule(102, 5, '<match>b</match>') +
      composite(103, 9, sid(101), 'frequency="2" timeframe="9000"', '<match>now</match>'),
  );
  const fill = (events: number, second = 0, memorySize = 20): string[] => {
    const engine = startPairs(rules, { memorySize });
    const first = engine.process(messageOf('kv a', 0))?.alert.rule.id ?? '-';
    for (let index = 1; index < events; index++) engine.process(messageOf('kv b', second));
    return [first, engine.process(messageOf('kv a now', second))?.alert.rule.id ?? '-'];
  };

  it('frees the oldest when it is full, from all lists', () => {
    expect(fill(20)).toEqual(['101', '103']);
    expect(fill(21)).toEqual(['101', '101']);
  });

  it('frees ten at once, and older ones than the greatest N-2 in seconds', () => {
    const sizes = (spread: number): number => {
      const engine = startPairs(
        rulesOf(rule(101, 5, '') + composite(102, 9, sid(101), 'frequency="7" timeframe="1"')),
        {
          memorySize: 20,
        },
      );
      for (let index = 0; index < 21; index++) engine.process(messageOf('kv', index < 15 ? 0 : spread));
      return engine.snapshot().events.length;
    };
    // 5 s is the greatest N-2: events of 5 s ago stay, those of 6 s ago go.
    expect([sizes(5), sizes(6)]).toEqual([11, 6]);
  });

  it('keeps so many huge logs as take 64 MiB, and what came last is found', () => {
    const engine = startPairs(rules, { memorySize: 8192 });
    const huge = `kv a ${'x'.repeat(2 ** 20)}`;
    for (let index = 0; index < 80; index++) engine.process(messageOf(huge, index));
    const sequences = engine.snapshot().events.map(([sequence]) => sequence);
    expect(sequences.length).toBeGreaterThan(55);
    expect(sequences.length).toBeLessThanOrEqual(64);
    expect(sequences.at(-1)).toBe(80);
    expect(engine.process(messageOf('kv a now', 80))?.alert.rule.id).toBe('103');
    for (let index = 0; index < 8000; index++) engine.process(messageOf('kv b', 150));
    expect(engine.process(messageOf('kv a now', 150))?.alert.rule.id).toBe('103');
  });
});
