import { describe, expect, it } from 'vitest';
import { idsOf, loadSmall, messageOf, startSmall } from './small-ruleset.ts';

const decoders = `
  <decoder name="tt"><prematch>^tt: </prematch><regex>^tt: a=(\\S+) (\\S+)</regex><order>srcip,extra_data</order></decoder>`;

function rulesOf(text: string): string {
  return `<group name="t,"><rule id="100" level="0"><decoded_as>tt</decoded_as><description>base</description></rule>${text}</group>`;
}

function child(id: number, level: number, inner: string, attributes = ''): string {
  return `<rule id="${id}" level="${level}" ${attributes}><if_sid>100</if_sid>${inner}<description>r${id}</description></rule>`;
}

function composite(id: number, of: number, attributes: string, inner = ''): string {
  return `<rule id="${id}" level="10" ${attributes}><if_matched_sid>${of}</if_matched_sid>${inner}<description>c${id}</description></rule>`;
}

const line = (ip: string, word = 'x'): string => `tt: a=${ip} ${word}`;

describe('frequency', () => {
  const rules = rulesOf(child(101, 5, '') + composite(102, 101, 'frequency="3" timeframe="60"', '<same_source_ip />'));

  it('fires on the N-th event and needs N new ones after that', () => {
    const engine = startSmall({ decoders, rules });
    const ids = idsOf(engine, new Array(7).fill(line('1.1.1.1')));
    expect(ids).toEqual(['101', '101', '102', '101', '101', '102', '101']);
  });

  it('counts every address on its own', () => {
    const engine = startSmall({ decoders, rules });
    expect(
      idsOf(engine, [line('1.1.1.1'), line('2.2.2.2'), line('1.1.1.1'), line('2.2.2.2'), line('1.1.1.1')]),
    ).toEqual(['101', '101', '101', '101', '102']);
  });

  it('does not count events older than the timeframe', () => {
    const engine = startSmall({ decoders, rules });
    expect(idsOf(engine, new Array(4).fill(line('1.1.1.1')), 31)).toEqual(['101', '101', '101', '101']);
  });

  it('keeps agents apart', () => {
    const engine = startSmall({ decoders, rules });
    const ids = ['001', '002', '001', '002'].map((id, second) => {
      const agent = { id, name: `web${id}`, ip: 'any' };
      return engine.process(messageOf(line('1.1.1.1'), second, { agent }))?.alert.rule.id;
    });
    expect(ids).toEqual(['101', '101', '101', '101']);
  });

  it('shows earlier logs, newest first', () => {
    const engine = startSmall({ decoders, rules });
    const alerts = ['a', 'b', 'c'].map(
      (word, second) => engine.process(messageOf(line('1.1.1.1', word), second))?.alert,
    );
    expect(alerts[2]).toMatchObject({
      previous_output: 'tt: a=1.1.1.1 b\ntt: a=1.1.1.1 a',
      rule: { frequency: 3, firedtimes: 1 },
    });
  });

  it('goes on after a restart where it was', () => {
    const before = startSmall({ decoders, rules });
    idsOf(before, [line('1.1.1.1'), line('1.1.1.1')]);
    const stored = JSON.parse(JSON.stringify(before.changes()));
    const after = startSmall({ decoders, rules });
    after.restore(stored);
    const alert = after.process(messageOf(line('1.1.1.1'), 2))?.alert;
    expect(alert?.rule.id).toBe('102');
    expect(after.process(messageOf(line('1.1.1.1'), 3))?.alert.rule).toMatchObject({ id: '101', firedtimes: 3 });
    expect(after.changes().matched).toEqual([[2, 10]]);
  });

  it('stores in a checkpoint only what is new', () => {
    const engine = startSmall({ decoders, rules });
    idsOf(engine, [line('1.1.1.1')]);
    expect(engine.changes().events).toHaveLength(1);
    expect(engine.changes().events).toHaveLength(0);
    expect(engine.snapshot().events).toHaveLength(1);
  });
});

describe('siblings', () => {
  it('tries level 0 first, then the highest level, then load order', () => {
    const rules = rulesOf(
      child(101, 3, '<match>x</match>') + child(102, 7, '') + child(103, 7, '') + child(104, 0, '<match>zero</match>'),
    );
    expect(idsOf(startSmall({ decoders, rules }), [line('1.1.1.1'), line('1.1.1.1', 'zero')])).toEqual(['102', '-']);
  });

  it('lets a noalert rule without matching child through to its siblings', () => {
    const rules = rulesOf(
      child(101, 5, '<match>x</match>', 'noalert="1"') +
        '<rule id="102" level="4"><if_sid>101</if_sid><match>xy</match><description>c</description></rule>' +
        child(103, 3, ''),
    );
    expect(idsOf(startSmall({ decoders, rules }), [line('1.1.1.1', 'x'), line('1.1.1.1', 'xy')])).toEqual([
      '103',
      '102',
    ]);
  });
});

describe('ignore', () => {
  it('alerts as the parent inside the window', () => {
    const rules = rulesOf(
      `${child(101, 5, '')}<rule id="102" level="7" ignore="60"><if_sid>101</if_sid><description>c</description></rule>`,
    );
    expect(idsOf(startSmall({ decoders, rules }), new Array(4).fill(line('1.1.1.1')), 25)).toEqual([
      '102',
      '101',
      '101',
      '102',
    ]);
  });
});

describe('overwrite', () => {
  it('replaces level and conditions and keeps the place among siblings', () => {
    const rules = rulesOf(
      child(101, 4, '') + child(102, 6, '<match>six</match>') + child(101, 12, '<match>new</match>', 'overwrite="yes"'),
    );
    const engine = startSmall({ decoders, rules });
    expect(idsOf(engine, [line('1.1.1.1', 'new'), line('1.1.1.1', 'six,new'), line('1.1.1.1', 'old')])).toEqual([
      '101',
      '102',
      '-',
    ]);
  });

  it('skips a second definition without it', () => {
    const { ruleset, problems } = loadSmall({ decoders, rules: rulesOf(child(101, 4, '') + child(101, 5, '')) });
    expect(ruleset?.rules.findRule(101)?.definition.level).toBe(4);
    expect(problems).toMatchObject([{ severity: 'warning' }]);
  });
});

describe('lists', () => {
  const lists = { 'etc/lists/bad': '10.1.:net\n1.1.1.1:one\n"quoted:key":value\n' };
  const look = (lookup: string, more = ''): string =>
    `<list field="srcip" lookup="${lookup}" ${more}>etc/lists/bad</list>`;

  it.each([
    ['match_key', '1.1.1.1', true],
    ['match_key', '10.1.2.3', false],
    ['not_match_key', '10.1.2.3', true],
    ['address_match_key', '10.1.2.3', true],
    ['address_match_key', '10.2.2.3', false],
    ['not_address_match_key', '10.2.2.3', true],
  ])('%s of %s is %s', (lookup, ip, matches) => {
    const engine = startSmall({ decoders, rules: rulesOf(child(101, 5, look(lookup))), lists });
    expect(idsOf(engine, [line(ip)])).toEqual([matches ? '101' : '-']);
  });

  it('skips a rule whose list is not configured', () => {
    const { ruleset, problems } = loadSmall({ decoders, rules: rulesOf(child(101, 5, look('match_key'))) });
    expect(ruleset?.rules.findRule(101)).toBeUndefined();
    expect(problems).toMatchObject([{ severity: 'warning' }]);
  });
});

describe('alerts', () => {
  it('show an agent, its location, and text as Unicode', () => {
    const engine = startSmall({ decoders, rules: rulesOf(child(101, 5, '')) });
    const agent = { id: '007', name: 'web1', ip: '10.9.8.7' };
    const text = Buffer.from(line('1.1.1.1', 'ä'), 'utf8').toString('latin1');
    expect(engine.process(messageOf(`${text}\xff`, 0, { agent }))?.alert).toMatchObject({
      agent: { id: '007', name: 'web1', ip: '10.9.8.7' },
      manager: { name: 'mgr.example.org' },
      id: '7.0',
      full_log: 'tt: a=1.1.1.1 ä\ufffd',
      data: { srcip: '1.1.1.1', extra_data: 'ä\ufffd' },
      location: '/var/log/demo.log',
    });
  });
});
