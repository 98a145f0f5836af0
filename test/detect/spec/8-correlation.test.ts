// spec ruleset §8: composite rules.
import { describe, expect, it } from 'vitest';
import { idsOf, messageOf } from '../small-ruleset.ts';
import { loadOne, rule, rulesOf, startPairs } from './one-rule.ts';

const composite = (id: number, level: number, of: string, attributes: string, inner = ''): string =>
  `<rule id="${id}" level="${level}" ${attributes}>${of}${inner}<description>c${id}</description></rule>`;
const sid = (id: number): string => `<if_matched_sid>${id}</if_matched_sid>`;

function firing(inner: string, logs: readonly string[], everySeconds = 1): string[] {
  return idsOf(startPairs(rulesOf(inner)), logs, everySeconds);
}

const base = rule(101, 5, '');
const repeat = (count: number, log = 'kv srcip=192.0.2.1'): string[] => new Array(count).fill(log);

describe('§8.3 frequency', () => {
  it.each([
    ['3', ['101', '101', '102', '101', '101', '102', '101', '101', '102']],
    ['4', ['101', '101', '101', '102', '101', '101', '101', '102', '101']],
    ['2', ['101', '102', '102', '102', '102', '102', '102', '102', '102']],
  ])('%s fires on the N-th event and begins anew; 2 sets no wall', (frequency, expected) => {
    expect(firing(base + composite(102, 9, sid(101), `frequency="${frequency}" timeframe="60"`), repeat(9))).toEqual(
      expected,
    );
  });

  it('that is absent is 2, and shown so', () => {
    const engine = startPairs(rulesOf(base + composite(102, 9, sid(101), 'timeframe="60"')));
    expect(idsOf(engine, repeat(3))).toEqual(['101', '102', '102']);
    expect(engine.process(messageOf('kv', 3))?.alert.rule.frequency).toBe(2);
  });

  it('of 2 fires as long as the first event is in the timeframe: those that fired are not in the list', () => {
    expect(firing(base + composite(102, 9, sid(101), 'frequency="2" timeframe="2"'), repeat(6))).toEqual([
      ...['101', '102', '102', '101', '102', '102'],
    ]);
  });

  it('counts an event of exactly the timeframe, and none that is older', () => {
    const rules = base + composite(102, 9, sid(101), 'frequency="3" timeframe="20"');
    expect(firing(rules, repeat(3), 10)).toEqual(['101', '101', '102']);
    expect(firing(rules, repeat(3), 11)).toEqual(['101', '101', '101']);
  });

  it('has a timeframe of 360 s where none is given', () => {
    const rules = base + composite(102, 9, sid(101), 'frequency="2"');
    expect(firing(rules, repeat(2), 360)).toEqual(['101', '102']);
    expect(firing(rules, repeat(2), 361)).toEqual(['101', '101']);
  });

  it('asks its other conditions of the current event alone', () => {
    const rules = base + composite(102, 9, sid(101), 'frequency="3" timeframe="60"', '<match>now</match>');
    expect(firing(rules, ['kv', 'kv', 'kv', 'kv now'])).toEqual(['101', '101', '101', '102']);
  });
});

describe('§8.3 the wall', () => {
  it('stops rules of the same level and lower, and lets a higher one pass', () => {
    const third = composite(102, 9, sid(101), 'frequency="3" timeframe="60"', '<url>u</url>');
    const fourth = (level: number): string =>
      composite(103, level, sid(101), 'frequency="4" timeframe="60"', '<match>z</match>');
    const logs = ['kv', 'kv', 'kv url=u', 'kv', 'kv z'];
    expect(firing(base + third + fourth(8), logs)).toEqual(['101', '101', '102', '101', '101']);
    expect(firing(base + third + fourth(9), logs)).toEqual(['101', '101', '102', '101', '101']);
    expect(firing(base + third + fourth(10), logs)).toEqual(['101', '101', '102', '101', '103']);
  });
});

describe('§8.4 relations', () => {
  const slots = [
    ...[
      ['srcip', 'srcip'],
      ['source_ip', 'srcip'],
      ['dstip', 'dstip'],
      ['srcport', 'srcport'],
      ['src_port', 'srcport'],
    ],
    ...[
      ['dstport', 'dstport'],
      ['dst_port', 'dstport'],
      ['protocol', 'protocol'],
      ['action', 'action'],
      ['url', 'url'],
    ],
    ...[
      ['data', 'data'],
      ['extra_data', 'extra_data'],
      ['status', 'status'],
      ['system_name', 'system_name'],
    ],
    ...[
      ['id', 'id'],
      ['user', 'dstuser'],
      ['srcuser', 'srcuser'],
    ],
  ] as const;
  const second = (relation: string, logs: readonly [string, string]): string | undefined =>
    firing(base + composite(102, 9, sid(101), 'frequency="2" timeframe="60"', relation), logs)[1];

  it.each(slots)('same_%s wants the field in both events, and equal', (name, field) => {
    const relation = `<same_${name} />`;
    expect(second(relation, [`kv ${field}=a`, `kv ${field}=a`])).toBe('102');
    expect(second(relation, [`kv ${field}=a`, `kv ${field}=A`])).toBe('101');
    expect(second(relation, ['kv', `kv ${field}=a`])).toBe('101');
    expect(second(relation, ['kv', 'kv'])).toBe('101');
  });

  const twins = slots.filter(([name]) => name !== 'source_ip' && !name.includes('_port'));
  it.each([
    ...twins.map(([name, field]) => [`different_${name}`, field]),
    ['not_same_source_ip', 'srcip'],
    ['not_same_id', 'id'],
    ['not_same_user', 'dstuser'],
  ])('%s wants the field not equal; absent is different', (name, field) => {
    const relation = `<${name} />`;
    expect(second(relation, [`kv ${field}=a`, `kv ${field}=a`])).toBe('101');
    expect(second(relation, [`kv ${field}=a`, `kv ${field}=b`])).toBe('102');
    expect(second(relation, ['kv', `kv ${field}=a`])).toBe('102');
    expect(second(relation, ['kv', 'kv'])).toBe('102');
  });

  it('same_field wants all named dynamic fields in both', () => {
    const relation = '<same_field>key</same_field><same_field>other.key</same_field>';
    expect(second(relation, ['kv key=a other.key=b', 'kv key=a other.key=b'])).toBe('102');
    expect(second(relation, ['kv key=a other.key=b', 'kv key=a other.key=c'])).toBe('101');
    expect(second(relation, ['kv key=a', 'kv key=a'])).toBe('101');
    expect(second('<same_field>KEY</same_field>', ['kv key=a', 'kv key=a'])).toBe('102');
    expect(second('<same_field>srcip</same_field>', ['kv srcip=a', 'kv srcip=a'])).toBe('101');
  });

  it.each(['different_field', 'not_same_field'])(
    '%s skips equal ones, and events without any dynamic field',
    (name) => {
      const relation = `<${name}>key</${name}>`;
      expect(second(relation, ['kv key=a', 'kv key=a'])).toBe('101');
      expect(second(relation, ['kv key=a', 'kv key=b'])).toBe('102');
      expect(second(relation, ['kv other.key=x', 'kv key=b'])).toBe('102');
      expect(second(relation, ['kv', 'kv'])).toBe('101');
    },
  );

  it('same_location and different_location compare the whole location', () => {
    const relate = (relation: string, one: string, two: string) => {
      const rules = rulesOf(base + composite(102, 9, sid(101), 'frequency="2" timeframe="60"', relation));
      const engine = startPairs(rules);
      engine.process(messageOf('kv', 0, { location: one }));
      return engine.process(messageOf('kv', 1, { location: two }))?.alert.rule.id;
    };
    expect([relate('<same_location />', '/a', '/a'), relate('<same_location />', '/a', '/b')]).toEqual(['102', '101']);
    expect([relate('<different_location />', '/a', '/a'), relate('<different_location />', '/a', '/b')]).toEqual([
      '101',
      '102',
    ]);
  });

  it('same_srcgeoip never holds, and its twin always does', () => {
    expect(second('<same_srcgeoip />', ['kv', 'kv'])).toBe('101');
    expect(second('<different_dstgeoip />', ['kv', 'kv'])).toBe('102');
  });

  it('keep agents apart, unless the rule is global', () => {
    const two = (inner: string) => {
      const engine = startPairs(rulesOf(base + composite(102, 9, sid(101), 'frequency="2" timeframe="60"', inner)));
      return ['001', '002'].map(
        (id) => engine.process(messageOf('kv', 0, { agent: { id, name: `w${id}`, ip: 'any' } }))?.alert.rule.id,
      );
    };
    expect(two('')).toEqual(['101', '101']);
    expect(two('<global_frequency />')).toEqual(['101', '102']);
  });
});

describe('§8.1 if_matched_regex', () => {
  const of = '<if_sid>100</if_sid><if_matched_regex>bad \\d</if_matched_regex>';

  it('counts over the logs of all rules, of one category, and shows one log less', () => {
    const rules = rulesOf(base + composite(102, 9, of, 'frequency="4" timeframe="60"', '<match>now</match>'));
    const engine = startPairs(rules);
    expect(idsOf(engine, ['kv bad 1', 'kv good', 'kv bad 2', 'kv bad 3'])).toEqual(['101', '101', '101', '101']);
    expect(engine.process(messageOf('kv now', 5))?.alert).toMatchObject({
      rule: { id: '102' },
      previous_output: 'kv bad 3\nkv bad 2',
    });
  });

  it('is refused where it is not valid', () => {
    expect(loadOne(rulesOf(rule(101, 3, '<if_matched_regex>\\q</if_matched_regex>'))).found).toEqual(['error']);
  });
});

describe('§9.4 previous output', () => {
  const shown = (frequency: number): string | undefined => {
    const rules = rulesOf(base + composite(102, 9, sid(101), `frequency="${frequency}" timeframe="600"`));
    const engine = startPairs(rules);
    const alerts = Array.from(
      { length: frequency },
      (_, index) => engine.process(messageOf(`kv ${index}`, index))?.alert,
    );
    expect(alerts.at(-1)?.rule).toMatchObject({ id: '102', frequency });
    return alerts.at(-1)?.previous_output;
  };

  it('is absent for 2, and has N-1 logs, newest first, eleven at most', () => {
    expect(shown(2)).toBeUndefined();
    expect(shown(3)).toBe('kv 1\nkv 0');
    expect(shown(12)?.split('\n')).toHaveLength(11);
    expect(shown(14)?.split('\n')).toEqual(Array.from({ length: 11 }, (_, index) => `kv ${12 - index}`));
  });
});
