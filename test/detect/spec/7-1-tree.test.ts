// spec ruleset §7.1, §7.2 and §7.5: where rules hang, in which order they are tried, and overwriting.
import { describe, expect, it } from 'vitest';
import { idsOf, loadSmall, messageOf, startSmall } from '../small-ruleset.ts';
import { loadOne, pairDecoders, rule, rulesOf, startPairs } from './one-rule.ts';

function firing(rules: string, ...logs: string[]): string[] {
  return idsOf(startPairs(rules), logs);
}

const under = (id: number, level: number, parent: string, inner = '', attributes = ''): string =>
  `<rule id="${id}" level="${level}" ${attributes}>${parent}${inner}<description>r${id}</description></rule>`;

describe('§7.1 a rule hangs', () => {
  it('under every place of every parent that if_sid lists', () => {
    const rules = rulesOf(
      rule(101, 3, '<match>a</match>') +
        rule(102, 3, '<match>b</match>') +
        under(103, 4, '<if_sid>101, 102</if_sid>', '<match>x</match>') +
        under(104, 5, '<if_sid>103</if_sid>', '<match>y</match>'),
    );
    expect(firing(rules, 'kv a x', 'kv b x', 'kv a x y', 'kv b x y')).toEqual(['103', '103', '104', '104']);
    expect(loadSmall({ decoders: pairDecoders, rules }).ruleset?.rules.nodeCount).toBe(8);
  });

  it('under every rule of a level or above, and of level 0', () => {
    const rules = rulesOf(
      rule(101, 3, '<match>a</match>') +
        rule(102, 7, '<match>b</match>') +
        rule(103, 0, '<match>c</match>') +
        under(104, 9, '<if_level>7</if_level>', '<match>x</match>'),
    );
    expect(firing(rules, 'kv a x', 'kv b x', 'kv c x')).toEqual(['104', '104', '104']);
    const narrow = rulesOf(
      rule(101, 3, '<match>a</match>', 'noalert="1"') + under(104, 9, '<if_sid>101</if_sid>', '<match>x</match>'),
    );
    expect(firing(narrow, 'kv a', 'kv a x')).toEqual(['-', '104']);
  });

  const grouped = (id: number, group: string, match: string, parent = '<if_sid>100</if_sid>'): string =>
    under(id, 3, parent, `<group>${group}</group><match>${match}</match>`);

  it.each([
    ['login', ['105', '102']],
    ['LOGIN', ['105', '102']],
    ['^t,login', ['105', '102']],
    ['^login', []],
    ['other|login', ['105', '105']],
  ])('under the rules whose group text contains %j', (group, expected) => {
    const rules = rulesOf(
      grouped(101, 'login_failed,', 'a') +
        grouped(102, 'other,', 'b') +
        under(105, 9, `<if_group>${group}</if_group>`, '<match>x</match>'),
    );
    if (expected.length === 0) expect(loadOne(rules).found).toEqual(['warning']);
    else expect(firing(rules, 'kv a x', 'kv b x')).toEqual(expected);
  });

  it('under a rule of the group and under its descendant', () => {
    const rules = rulesOf(
      grouped(101, 'login,', 'a') +
        grouped(102, 'login,', 'b', '<if_sid>101</if_sid>') +
        under(105, 9, '<if_group>login</if_group>', '<match>x</match>'),
    );
    expect(firing(rules, 'kv a x', 'kv a b x')).toEqual(['105', '105']);
    expect(loadSmall({ decoders: pairDecoders, rules }).ruleset?.rules.nodeCount).toBe(6);
  });

  it('by if_sid before if_level before if_group', () => {
    const rules = rulesOf(
      grouped(101, 'login,', 'a') +
        rule(102, 7, '<match>b</match>') +
        under(105, 9, '<if_group>login</if_group><if_level>7</if_level><if_sid>101</if_sid>', '<match>x</match>') +
        under(106, 9, '<if_group>login</if_group><if_level>7</if_level>', '<match>y</match>'),
    );
    expect(firing(rules, 'kv a x', 'kv b x', 'kv b y')).toEqual(['105', '102', '106']);
    // 106 hangs under the template, 100, 102 and 105: those of level 0 and of 7 or above.
    expect(loadSmall({ decoders: pairDecoders, rules }).ruleset?.rules.nodeCount).toBe(9);
  });

  it('by if_matched_sid as by if_sid, and by if_matched_group as by if_group', () => {
    const base = rule(101, 3, '<match>a</match><group>login,</group>') + rule(102, 7, '<match>b</match>');
    const composite = (of: string): string => under(105, 9, of, '', 'frequency="2" timeframe="60"');
    for (const of of [
      '<if_matched_sid>101</if_matched_sid>',
      '<if_matched_sid>101</if_matched_sid><if_level>7</if_level>',
      '<if_matched_group>login</if_matched_group>',
    ]) {
      const rules = rulesOf(base + composite(of));
      expect([of, ...firing(rules, 'kv a', 'kv a', 'kv b')]).toEqual([of, '101', '105', '102']);
    }
  });

  it('without parent under the template of its category', () => {
    const rules = `<group name="t,"><rule id="4" level="0"><category>web-log</category><description>w</description></rule>
      <rule id="101" level="3"><description>s</description></rule>
      <rule id="102" level="3"><category>web-log</category><description>w</description></rule></group>`;
    const decoders = '<decoder name="web"><prematch>^web</prematch><type>web-log</type></decoder>';
    expect(idsOf(startSmall({ decoders, rules }), ['web', 'other'])).toEqual(['102', '101']);
  });
});

describe('§7.1 siblings are tried', () => {
  it('level 0 first, then the highest level, then in load order, and those of accuracy 0 last', () => {
    const rules = rulesOf(
      rule(101, 3, '<match>x</match>') +
        rule(102, 9, '<match>b</match>', 'accuracy="0"') +
        rule(103, 3, '<match>x</match>') +
        rule(104, 0, '<match>z</match>') +
        rule(105, 4, '<match>y</match>'),
    );
    expect(firing(rules, 'kv x', 'kv x b', 'kv b', 'kv x y', 'kv x y z')).toEqual(['101', '101', '102', '105', '-']);
  });
});

describe('§7.2 an event', () => {
  it('has no way back from a rule that held: the first sibling whose part holds decides', () => {
    const rules = rulesOf(
      rule(101, 5, '<match>a</match>') +
        rule(102, 4, '<match>a</match>') +
        under(103, 9, '<if_sid>102</if_sid>', '<match>x</match>'),
    );
    expect(firing(rules, 'kv a x')).toEqual(['101']);
  });

  it('counts a firing for the rule that is returned alone, over all its places, and anew each local hour', () => {
    const rules = rulesOf(
      rule(101, 3, '<match>a</match>') +
        rule(102, 3, '<match>b</match>') +
        under(103, 4, '<if_sid>101,102</if_sid>', '<match>x</match>'),
    );
    const engine = startPairs(rules);
    const times = (log: string, minute: number): unknown =>
      engine.process(messageOf(log, 0, { timeMs: new Date(2031, 2, 4, 5, minute).getTime() }))?.alert.rule.firedtimes;
    expect([times('kv a x', 0), times('kv b x', 1), times('kv a', 2), times('kv a x', 59)]).toEqual([1, 2, 1, 3]);
    expect([times('kv a x', 60), times('kv a x', 61), times('kv a x', 59)]).toEqual([1, 2, 1]);
  });

  it('is counted without end in logtest', () => {
    const engine = startPairs(rulesOf(rule(101, 3, '')), { logtest: true });
    const times = [0, 60, 120].map(
      (minute) =>
        engine.logtest(messageOf('kv', 0, { timeMs: new Date(2031, 2, 4, 5, minute).getTime() })).rule?.firedtimes,
    );
    expect(times).toEqual([1, 2, 3]);
  });
});

describe('§7.5 overwrite', () => {
  const overwritten = (inner: string, level = 9, attributes = ''): string =>
    rule(101, level, inner, `overwrite="yes" ${attributes}`);

  it('replaces conditions, level, options, description and groups', () => {
    const rules = rulesOf(
      rule(101, 3, '<match>a</match><group>old,</group><options>no_full_log</options>') +
        overwritten('<match>b</match>'),
    );
    const engine = startPairs(rules);
    expect(engine.process(messageOf('kv a'))).toBeUndefined();
    expect(engine.process(messageOf('kv b'))?.alert).toMatchObject({
      rule: { id: '101', level: 9, groups: ['t'] },
      full_log: 'kv b',
    });
  });

  it('keeps the place among siblings, whatever the new level', () => {
    const rules = rulesOf(
      rule(101, 3, '<match>a</match>') + rule(102, 5, '<match>a</match>') + overwritten('<match>a</match>', 12),
    );
    expect(firing(rules, 'kv a')).toEqual(['102']);
  });

  it('keeps the parents, and only warns of others', () => {
    const rules = rulesOf(
      rule(101, 3, '<match>a</match>') +
        rule(102, 5, '<match>b</match>') +
        under(101, 9, '<if_sid>102</if_sid>', '<match>a</match>', 'overwrite="yes"'),
    );
    expect(loadOne(rules).found).toEqual(['warning']);
    expect(firing(rules, 'kv a', 'kv b a')).toEqual(['101', '102']);
  });

  it('ends a composite whose new form names no earlier rule, and keeps the list of one that does', () => {
    const base = rule(102, 3, '<match>a</match>');
    const composite = under(101, 9, '<if_matched_sid>102</if_matched_sid>', '', 'frequency="3" timeframe="60"');
    const plain = under(101, 9, '<if_sid>102</if_sid>', '', 'overwrite="yes"');
    const quicker = under(
      101,
      9,
      '<if_matched_sid>102</if_matched_sid>',
      '',
      'frequency="2" timeframe="60" overwrite="yes"',
    );
    expect(firing(rulesOf(base + composite), 'kv a', 'kv a', 'kv a')).toEqual(['102', '102', '101']);
    expect(firing(rulesOf(base + composite + plain), 'kv a')).toEqual(['101']);
    expect(firing(rulesOf(base + composite + quicker), 'kv a', 'kv a')).toEqual(['102', '101']);
  });

  it('links no rule anew by its group', () => {
    const rules = rulesOf(
      rule(101, 3, '<match>a</match><group>login,</group>') +
        under(103, 9, '<if_group>login</if_group>', '<match>x</match>') +
        overwritten('<match>a</match><group>other,</group>'),
    );
    expect(firing(rules, 'kv a x')).toEqual(['103']);
  });
});
