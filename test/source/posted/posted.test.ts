// Alerts of other programs, as they post them, become alerts of Wazuh's form.
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/alert/alert.ts';
import { findInJson, parseJsonPath } from '../../../src/alert/json-path.ts';
import { alertMappingsSchema, knownMappings } from '../../../src/config/alert-mappings.ts';
import { type Posted, readPosted } from '../../../src/source/posted/read-posted.ts';
import { readProjectFile } from '../../repo/source-files.ts';

const nowMs = Date.UTC(2026, 10, 24, 7);
const sample = (name: string): Buffer => Buffer.from(readProjectFile(`test/source/posted/samples/${name}.json`));

function read(body: Buffer | string, name?: string, table = knownMappings, requestId = 'r1'): Posted {
  const mapping = name === undefined ? undefined : table.get(name);
  const posted = readPosted({
    body: Buffer.from(body),
    mapping: name === undefined || mapping === undefined ? undefined : { name, mapping },
    nowMs,
    requestId,
  });
  if (typeof posted === 'string') throw new Error(posted);
  return posted;
}

describe('paths', () => {
  const value = { a: { 'b.c': [1, { d: null }] }, '': 0 } as JsonValue;
  it.each<[string, JsonValue | undefined]>([
    ['$', value],
    ['$.a["b.c"][0]', 1],
    ["$.a['b.c'][1].d", null],
    ['$.a["b.c"][2]', undefined],
    ['$.a.x.y', undefined],
    ['$.a.constructor', undefined],
    ['$[""]', 0],
  ])('%s', (text, found) => {
    expect(findInJson(value, parseJsonPath(text) ?? ['?'])).toEqual(found);
  });

  it.each(['', 'a', '$a', '$.', '$.a..b', '$.a[', '$[x]', '$.a b', '$[1234567]'])('are not: %s', (text) => {
    expect(parseJsonPath(text)).toBeUndefined();
  });
});

describe("Suricata's events", () => {
  it('are alerts where they are of that type', () => {
    const { alerts, passedOver, refused } = read(sample('suricata'), 'suricata');
    expect(refused).toEqual([]);
    expect(passedOver).toBe(1);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.rule).toMatchObject({ id: '86601', level: 10, groupString: 'ids,suricata,' });
    expect(alerts[0]?.timeMs).toBe(Date.UTC(2026, 10, 24, 6, 39, 28, 123));
    expect(alerts[0]?.alert).toMatchObject({
      rule: { description: 'Apache log4j RCE attempt' },
      agent: { id: '000' },
      data: {
        srcip: '203.0.113.9',
        srcport: '48762',
        dstip: '192.0.2.1',
        protocol: 'TCP',
        alert: { signature_id: '2034647', category: 'Attempted Administrator Privilege Gain' },
      },
      location: 'suricata',
    });
  });
});

describe("Falco's events", () => {
  it('have the level of their priority', () => {
    const [message] = read(sample('falco'), 'falco').alerts;
    expect(message?.rule).toMatchObject({ id: '99901', level: 7 });
    expect(message?.alert.data).toMatchObject({ srcip: '203.0.113.9', dstuser: 'redis', process: { pid: '4711' } });
    expect(message?.timeMs).toBe(Date.UTC(2026, 10, 24, 6, 39, 28, 123));
  });
});

describe("CrowdSec's alerts", () => {
  it('are an alert for each address that it bans', () => {
    const { alerts, passedOver, refused } = read(sample('crowdsec'), 'crowdsec');
    expect(alerts.map(({ alert }) => [alert.id, alert.data?.srcip, alert.rule.description])).toEqual([
      ['crowdsec.4c1b6f0e-6a3b-4f0e-9d2f-3a1f5a0b7c11', '203.0.113.9', 'crowdsecurity/ssh-bf'],
    ]);
    expect(passedOver).toBe(3);
    expect(refused).toEqual([]);
  });
});

describe("a mapping of one's own", () => {
  const table = alertMappingsSchema.parse({
    my_app: {
      items: '$.batch',
      when: { '$.kind': ['login_failed', 'locked'] },
      rule: 100900,
      level: { from: '$.sev', levels: { 1: 12, 2: 8 }, otherwise: 3 },
      groups: ['my_app'],
      description: 'a login has failed',
      timestamp: '$.time',
      id: '$.ref',
      data: {
        srcip: '$.client.ip',
        srcport: '$.client.ports[0]',
        dstuser: '$.user',
        'app.name': 'mine',
        __proto__x: 'y',
      },
    },
  });

  it('says what an alert is, where its members are, and what they are called', () => {
    const { alerts, passedOver } = read(sample('own'), 'my_app', table);
    expect(passedOver).toBe(1);
    expect(alerts.map(({ rule }) => rule.level)).toEqual([8, 3]);
    expect(alerts.map(({ timeMs }) => timeMs)).toEqual([1795502368000, Date.UTC(2026, 10, 24, 6, 39, 28)]);
    expect(alerts[0]?.alert).toMatchObject({
      id: 'my_app.a-1',
      data: { srcip: '203.0.113.9', srcport: '4711', dstuser: 'alice', app: { name: 'mine' } },
    });
    expect(Object.keys(alerts[1]?.alert.data ?? {})).toEqual(['app', '__proto__x']);
  });

  it('tells where the items are none', () => {
    expect(read('{"batch":7}', 'my_app', table).refused).toEqual([
      { index: 0, reason: 'what the mapping has as items is no array' },
    ]);
    expect(read('{}', 'my_app', table).passedOver).toBe(1);
  });

  it.each([
    ['a rule', { rule: 'x' }, /rule/],
    ['a level', { level: 17 }, /level/],
    ['a path', { data: { srcip: '$.' } }, /\$\. is no path/],
    ['a condition', { when: { kind: 'x' } }, /kind is no path/],
    ['a member that nobody knows', { descr: 'x' }, /descr/],
  ])('is refused without %s that can be', (_, members, message) => {
    const mapping = { rule: 1, level: 1, description: 'x', data: {}, ...members };
    const { success, error } = alertMappingsSchema.safeParse({ x: mapping });
    expect(success).toBe(false);
    expect(String(error)).toMatch(message);
  });
});

describe('what is posted', () => {
  const alert = (id: unknown, more: object = {}): object => ({
    rule: { id: '5712', level: 10, groups: ['sshd'] },
    id,
    ...more,
  });

  it.each([
    ['one', JSON.stringify(alert('1'))],
    ['an array', JSON.stringify([alert('1')])],
    ['one a line', `${JSON.stringify(alert('1'))}\n\n`],
  ])('may be %s', (_, body) => {
    expect(read(body).alerts.map(({ alert: each }) => each.id)).toEqual(['1']);
  });

  it.each([
    ['', 'there is nothing in it'],
    ['{', 'line 1 is not JSON'],
    ['{}\n{', 'line 2 is not JSON'],
  ])('is refused whole where it cannot be read: %j', (body, reason) => {
    expect(readPosted({ body: Buffer.from(body), mapping: undefined, nowMs, requestId: 'r' })).toBe(reason);
  });

  it('is refused one by one where an alert is none', () => {
    const { alerts, refused } = read(JSON.stringify([alert('1'), 7, {}, alert('2')]));
    expect(alerts).toHaveLength(2);
    expect(refused).toEqual([
      { index: 1, reason: 'not a JSON object' },
      { index: 2, reason: 'no rule' },
    ]);
  });

  it('is the same alert when it is sent once more, unless nothing in it says when it was', () => {
    const idOf = (body: object, requestId: string): string | undefined =>
      read(JSON.stringify(body), undefined, knownMappings, requestId).alerts[0]?.alert.id;
    const dated = alert(undefined, { timestamp: '2026-11-24T06:39:28.000+0000' });
    expect(idOf(dated, 'r1')).toBe(idOf(dated, 'r2'));
    expect(idOf(alert(undefined), 'r1')).not.toBe(idOf(alert(undefined), 'r2'));
  });

  it('is never later than now', () => {
    expect(read(JSON.stringify(alert('1', { timestamp: '2036-01-01T00:00:00.000+0000' }))).alerts[0]?.timeMs).toBe(
      nowMs,
    );
  });
});
