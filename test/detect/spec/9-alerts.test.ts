// spec ruleset §9: the object that alerts.json holds.
import { describe, expect, it } from 'vitest';
import { messageOf, startSmall } from '../small-ruleset.ts';
import { rule, rulesOf, startPairs } from './one-rule.ts';

const json = '<decoder name="json"><prematch>^{</prematch><plugin_decoder>JSON_Decoder</plugin_decoder></decoder>';
const any = rulesOf(rule(101, 3, ''));

function alertOf(text: string, more = {}, rules = any) {
  return startPairs(rules).process(messageOf(text, 0, more))?.alert;
}

/** The members that are there: an alert has places for all. */
function keysOf(object: object | undefined): string[] {
  return Object.keys(JSON.parse(JSON.stringify(object ?? {})));
}

describe('§9 the order of keys', () => {
  it('is fixed, in the alert and in its rule', () => {
    const composite = `<rule id="102" level="9" frequency="3" timeframe="60"><if_matched_sid>101</if_matched_sid><check_diff />
      <mitre><id>T1</id></mitre><info>i</info><cve>c</cve><group>g,pci_dss_1,</group><description>d</description></rule>`;
    const mitre = new Map([['T1', { name: 'One', tactics: [{ id: 'TA1', name: 'First' }] }]]);
    const engine = startPairs(rulesOf(rule(101, 5, '') + composite), { mitre });
    const agent = { id: '007', name: 'web1', ip: '10.9.8.7', labels: { env: 'test' } };
    const alerts = [1, 2, 3].map((number) =>
      engine.process(messageOf(`Dec 29 10:00:01 web1 kv srcip=1.1.1.${number}`, number, { agent })),
    );
    const alert = alerts.at(-1)?.alert;
    expect(keysOf(alert)).toEqual([
      ...['timestamp', 'rule', 'agent', 'manager', 'id', 'previous_output', 'full_log', 'predecoder', 'decoder'],
      ...['previous_log', 'data', 'location'],
    ]);
    expect(keysOf(alert?.rule)).toEqual([
      ...['level', 'description', 'id', 'mitre', 'cve', 'info', 'frequency', 'firedtimes', 'mail', 'groups', 'pci_dss'],
    ]);
    expect(keysOf(alert?.agent)).toEqual(['id', 'name', 'ip', 'labels']);
  });
});

describe('§9.1 types', () => {
  it('are texts but for level, frequency, firedtimes, accumulate and mail', () => {
    const rule = alertOf('kv id=7')?.rule;
    expect(rule).toMatchObject({ level: 3, id: '101', firedtimes: 1, mail: false });
    expect(alertOf('kv id=7')?.data).toEqual({ id: '7' });
  });

  it('keep the time local, with milliseconds and an offset without colon', () => {
    expect(alertOf('kv')?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/);
  });
});

describe('§9 #3 and #14 agent and location', () => {
  it('are the manager and the path as it is', () => {
    expect(alertOf('kv')).toMatchObject({
      agent: { id: '000', name: 'mgr.example.org' },
      location: '/var/log/demo.log',
    });
  });

  it('leave out an address of any, and show the path behind the first >', () => {
    const alert = alertOf('kv', { agent: { id: '007', name: 'web1', ip: 'any' }, location: '/var/log/a->b' });
    expect(alert?.agent).toEqual({ id: '007', name: 'web1' });
    expect(alert?.location).toBe('/var/log/a->b');
  });

  it('show no name for an agent whose location has none', () => {
    const origin = { agentId: '007', location: '/var/log/x', hostname: '' };
    expect(alertOf('kv', { origin })).toMatchObject({ agent: { id: '007' }, location: '/var/log/x' });
    expect(alertOf('kv', { origin })?.agent).toEqual({ id: '007' });
  });
});

describe('§9 #10 and §9.5 predecoder', () => {
  it.each([
    ['Dec 29 10:00:01 host app[7]: x', { program_name: 'app', timestamp: 'Dec 29 10:00:01', hostname: 'host' }],
    ['Feb  9 11:44:56 sshd: x', { program_name: 'sshd', timestamp: 'Feb  9 11:44:56', hostname: 'sshd:' }],
    ['2015-04-16 21:51:02,805 host app: x', { program_name: 'app', timestamp: '2015-04-16 21:51:02,805' }],
    ['x', undefined],
  ])('of %j', (log, expected) => {
    expect(alertOf(log)?.predecoder).toEqual(expected);
  });
});

describe('§9 #11 decoder', () => {
  it('is an empty object where there is none', () => {
    expect(alertOf('nothing')?.decoder).toEqual({});
  });

  it('shows accumulate, parent, name and ftscomment', () => {
    const decoders = `<decoder name="p"><prematch>^p</prematch></decoder><decoder name="c"><parent>p</parent><prematch>^p</prematch><regex>(p)</regex><order>id</order><ftscomment>first</ftscomment><accumulate /></decoder>`;
    const decoder = startSmall({ decoders, rules: any }).process(messageOf('p'))?.alert.decoder;
    expect(JSON.stringify(decoder)).toBe('{"accumulate":1,"parent":"p","name":"p","ftscomment":"first"}');
  });
});

describe('§9.6 data', () => {
  const data = (log: string): string =>
    JSON.stringify(startSmall({ decoders: json, rules: any }).process(messageOf(log))?.alert.data);

  it('has static fields first, in their own order, empty ones too', () => {
    const log =
      'kv key=k system_name=1 extra_data=2 data=3 url=4 status=5 id=6 dstuser=7 dstport=8 dstip=9 srcuser= srcport=b srcip=c action=d protocol=e';
    expect(JSON.stringify(alertOf(log)?.data)).toBe(
      '{"protocol":"e","action":"d","srcip":"c","srcport":"b","srcuser":"","dstip":"9","dstport":"8","dstuser":"7","id":"6","status":"5","url":"4","data":"3","extra_data":"2","system_name":"1","key":"k"}',
    );
  });

  it('nests names with dots, without regard to case; the first value wins', () => {
    expect(data('{"a":{"B":{"c":1}},"A":{"b":{"C":2,"d":3}},"a.b":4,"a.b.e":5}')).toBe(
      '{"a":{"B":{"c":"1","d":"3","e":"5"}}}',
    );
    expect(data('{"N":1,"n":2}')).toBe('{"N":"1"}');
    expect(data('{"a":1,"a.b":2}')).toBe('{"a":"1"}');
  });

  it('leaves empty dynamic values out, and is left out itself where nothing is left', () => {
    expect(data('{"a":"","b":"x"}')).toBe('{"b":"x"}');
    expect(alertOf('kv')?.data).toBeUndefined();
  });

  it('makes an array of a text that is one as a whole', () => {
    expect(data('{"a":"[1,2]","b":"[1,2] x","c":[{"d":[]}],"e":"[1","f":true,"g":7}')).toBe(
      '{"a":[1,2],"b":"[1,2] x","c":[{"d":[]}],"e":"[1","f":"true","g":"7"}',
    );
  });
});

describe('§9.2 level 0', () => {
  it('is shown by logtest alone, at the end of the rule', () => {
    const engine = startPairs(rulesOf(''), { logtest: true });
    const { output, alert } = engine.logtest(messageOf('kv'));
    expect([keysOf(output.rule).at(-1), alert]).toEqual(['level', false]);
  });
});

describe('§10 logtest', () => {
  it('calls an alert what is stored and reaches log_alert_level, without regard to no_log', () => {
    const alertAt = (level: number, inner = ''): boolean =>
      startPairs(rulesOf(rule(101, level, inner)), { logtest: true }).logtest(messageOf('kv')).alert;
    expect([alertAt(2), alertAt(3), alertAt(3, '<options>no_log</options>')]).toEqual([false, true, true]);
  });
});
