// spec ruleset §7.3, §7.4 and §7.6: what rules remember by themselves.
import { describe, expect, it } from 'vitest';
import { idsOf, messageOf, startSmall } from '../small-ruleset.ts';
import { rule, rulesOf, startPairs } from './one-rule.ts';

const under = (id: number, level: number, parent: number, inner = '', attributes = ''): string =>
  `<rule id="${id}" level="${level}" ${attributes}><if_sid>${parent}</if_sid>${inner}<description>r${id}</description></rule>`;

describe('§7.3 ignore', () => {
  const rules = rulesOf(rule(101, 5, '') + under(102, 7, 101, '', 'ignore="60"'));

  it('alerts as the parent inside the window, with the counter of the rule, whatever the source', () => {
    const engine = startPairs(rules);
    const shown = [0, 59, 60, 61].map((second) => {
      const { id, level, firedtimes } =
        engine.process(messageOf(`kv srcip=192.0.2.${second}`, second))?.alert.rule ?? {};
      return [id, level, firedtimes];
    });
    expect(shown).toEqual([
      ['102', 7, 1],
      ['101', 5, 2],
      ['102', 7, 3],
      ['101', 5, 4],
    ]);
  });

  it('is silent where the parent is of level 0', () => {
    expect(idsOf(startPairs(rulesOf(rule(101, 5, '', 'ignore="60"'))), ['kv', 'kv'])).toEqual(['101', '-']);
  });

  it('remembers the event under the parent', () => {
    const composite =
      '<rule id="103" level="9" frequency="2" timeframe="99"><if_matched_sid>101</if_matched_sid><match>c</match><description>c</description></rule>';
    const engine = startPairs(
      rulesOf(rule(101, 5, '') + under(102, 7, 101, '<match>b</match>', 'ignore="60"') + composite),
    );
    expect(idsOf(engine, ['kv b', 'kv c', 'kv b', 'kv c'])).toEqual(['102', '101', '101', '103']);
  });

  it('drops the texts of a correlation', () => {
    const composite = `<rule id="103" level="9" frequency="3" timeframe="99" ignore="60"><if_matched_sid>101</if_matched_sid><description>c</description></rule>`;
    const engine = startPairs(rulesOf(rule(101, 5, '') + composite));
    const alerts = [0, 1, 2, 3, 4, 5].map((second) => engine.process(messageOf('kv', second))?.alert);
    expect(alerts.map((alert) => alert?.rule.id)).toEqual(['101', '101', '103', '101', '101', '101']);
    expect(alerts.map((alert) => alert?.previous_output !== undefined)).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
    ]);
  });

  it('in logtest shows the rule, marked as no alert, and opens no new window after one', () => {
    const engine = startPairs(rules, { logtest: true });
    const shown = [0, 30, 70, 80].map((second) => {
      const { rule: found, alert } = engine.logtest(messageOf('kv', second));
      return [found?.id, alert];
    });
    expect(shown).toEqual([
      ['102', true],
      ['102', false],
      ['102', true],
      ['102', true],
    ]);
  });

  it('as an element has no effect', () => {
    const engine = startPairs(
      rulesOf(rule(101, 5, '<ignore>srcip</ignore><check_if_ignored>srcip</check_if_ignored>')),
    );
    expect(idsOf(engine, ['kv srcip=192.0.2.1', 'kv srcip=192.0.2.1'])).toEqual(['101', '101']);
  });
});

describe('§7.4 first time seen', () => {
  const rules = rulesOf(rule(101, 5, '<if_fts />'));
  const decoder = (fts: string, inner = ''): string =>
    `<decoder name="f"><prematch>^f </prematch>${inner}<regex>^f (\\S+) (\\S+) (\\S+)</regex><order>id,srcip,x.y</order><fts>${fts}</fts></decoder>`;
  const firsts = (decoders: string, ...logs: string[]): string[] => idsOf(startSmall({ decoders, rules }), logs);

  it('is by the listed fields alone', () => {
    expect(firsts(decoder('name, id'), 'f 1 a x', 'f 1 b x', 'f 2 a x', 'f 1 a x')).toEqual(['101', '-', '101', '-']);
    expect(firsts(decoder('srcip, x.y'), 'f 1 a x', 'f 2 a x', 'f 1 a y')).toEqual(['101', '-', '101']);
  });

  it('is of each location where that is listed', () => {
    const engine = startSmall({ decoders: decoder('id, location'), rules });
    const at = (location: string) => engine.process(messageOf('f 1 a x', 0, { location })) !== undefined;
    expect([at('/a'), at('/b'), at('/a')]).toEqual([true, true, false]);
  });

  it('looks at data where extra_data is listed', () => {
    const decoders = `<decoder name="f"><prematch>^f </prematch><regex>^f (\\S+) (\\S+)</regex><order>data,extra_data</order><fts>extra_data</fts></decoder>`;
    expect(firsts(decoders, 'f a 1', 'f a 2', 'f b 2')).toEqual(['101', '-', '101']);
  });

  it('never holds for a decoder without fts, nor for the fts of a child that is not the decoder', () => {
    expect(firsts('<decoder name="f"><prematch>^f </prematch></decoder>', 'f 1')).toEqual(['-']);
    const child = `<decoder name="f"><prematch>^f </prematch></decoder><decoder name="g"><parent>f</parent><regex>(\\d)</regex><order>id</order><fts>id</fts></decoder>`;
    expect(firsts(child, 'f 1')).toEqual(['-']);
    const own = `<decoder name="f"><prematch>^f </prematch></decoder><decoder name="g"><parent>f</parent><prematch>^f</prematch><regex>(\\d)</regex><order>id</order><fts>id</fts></decoder>`;
    expect(firsts(own, 'f 1', 'f 1')).toEqual(['101', '-']);
  });

  it('is remembered even where a later condition fails', () => {
    const list = '<list field="id" lookup="match_key">l</list>';
    const engine = startSmall({
      decoders: decoder('srcip'),
      rules: rulesOf(rule(101, 5, `<if_fts />${list}`)),
      lists: { l: '2:\n' },
    });
    expect(idsOf(engine, ['f 1 a x', 'f 2 a x'])).toEqual(['-', '-']);
  });

  it('compares 255 bytes', () => {
    // The line has a space before the id: its 255th byte is the 254th of the id.
    const id = (length: number, end: string): string => `f ${'l'.repeat(length)}${end} a x`;
    expect(firsts(decoder('id'), id(254, '1'), id(254, '2'))).toEqual(['101', '-']);
    expect(firsts(decoder('id'), id(253, '1'), id(253, '2'))).toEqual(['101', '101']);
  });

  it('goes on after a restart', () => {
    const before = startSmall({ decoders: decoder('id'), rules });
    expect(idsOf(before, ['f 1 a x'])).toEqual(['101']);
    const after = startSmall({ decoders: decoder('id'), rules });
    after.restore(JSON.parse(JSON.stringify(before.snapshot())));
    expect(idsOf(after, ['f 1 a x', 'f 2 a x'])).toEqual(['-', '101']);
  });

  it('of category ids cuts the fourth line that begins like three others to 14 bytes, and takes those no more', () => {
    const ids =
      '<group name="t,"><rule id="3" level="0"><category>ids</category><description>i</description></rule><rule id="101" level="5"><category>ids</category><if_fts /><description>d</description></rule></group>';
    const logs = ['a1', 'a2', 'a3', 'a4', 'a5', 'b1'].map((end) => `f same-start-of-the-${end} a x`);
    const idsEngine = startSmall({ decoders: decoder('id', '<type>ids</type>'), rules: ids });
    expect(idsOf(idsEngine, logs)).toEqual(['101', '101', '101', '101', '-', '-']);
    expect(firsts(decoder('id'), ...logs)).toEqual(new Array(6).fill('101'));
  });
});

describe('§7.6 check_diff', () => {
  const rules = rulesOf(rule(101, 5, '<check_diff />'));

  it('holds where the log differs from the last one, and shows that', () => {
    const engine = startPairs(rules);
    expect(idsOf(engine, ['kv a', 'kv a'])).toEqual(['-', '-']);
    expect(engine.process(messageOf('kv b'))?.alert).toMatchObject({
      previous_output: 'Previous output:\nkv a',
      previous_log: 'kv a',
    });
    expect(idsOf(engine, ['kv b', 'kv a'])).toEqual(['-', '101']);
  });

  it('is by host, and by rule', () => {
    const engine = startPairs(rules);
    const from = (name: string, log: string) =>
      engine.process(messageOf(log, 0, { agent: { id: '001', name, ip: 'any' } }))?.alert.rule.id;
    expect([from('a', 'kv 1'), from('b', 'kv 2'), from('a', 'kv 3')]).toEqual([undefined, undefined, '101']);
  });

  it('compares the log behind the header', () => {
    const engine = startPairs(rules);
    expect(idsOf(engine, ['Dec 29 10:00:01 h app: x', 'Dec 29 10:00:02 h app: x'])).toEqual(['-', '-']);
  });

  it('goes on after a restart, and is no composite', () => {
    const before = startPairs(rules);
    idsOf(before, ['kv a']);
    const after = startPairs(rules);
    after.restore(JSON.parse(JSON.stringify(before.changes())));
    const alert = after.process(messageOf('kv b'))?.alert;
    expect(alert?.rule.id).toBe('101');
    expect(alert?.rule).not.toHaveProperty('frequency');
  });
});
