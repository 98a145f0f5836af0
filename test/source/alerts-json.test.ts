import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type AlertMessage, createAlertsSource } from '../../src/source/alerts-json/alerts-source.ts';
import { type ParsedAlert, parseAlertLine } from '../../src/source/alerts-json/parse-alert.ts';
import { systemClock } from '../../src/system/clock.ts';
import { collect, makeFolder } from './collect.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');

function parse(value: unknown): ParsedAlert | string {
  return parseAlertLine({ text: typeof value === 'string' ? value : JSON.stringify(value), id: '0000000001.7', nowMs });
}

function parseGood(value: unknown): ParsedAlert {
  const parsed = parse(value);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

const wazuhAlert = {
  timestamp: '2026-11-24T06:39:28.123+0000',
  rule: {
    level: 5,
    description: 'made up',
    id: '100001',
    firedtimes: 3,
    mail: false,
    groups: ['syslog', 'sshd'],
    gdpr: ['IV_35.7.d'],
    pci_dss: ['10.2.4', '10.2.5'],
    nist_800_53: ['AU.14'],
  },
  agent: { id: '001', name: 'web1', ip: '192.0.2.1' },
  manager: { name: 'm' },
  id: '1795503568.42',
  full_log: 'text',
  decoder: { name: 'sshd' },
  data: { srcip: '203.0.113.7', dstuser: 'bob', custom: { deep: [1, null] } },
  location: '/var/log/auth.log',
  member_of_the_future: { kept: true },
};

describe('a line of Wazuh', () => {
  it('is kept to the last member and its order', () => {
    expect(JSON.stringify(parseGood(wazuhAlert).alert)).toBe(JSON.stringify(wazuhAlert));
  });

  it('gives the facts of the rule, compliance groups put back', () => {
    expect(parseGood(wazuhAlert).rule).toEqual({
      id: '100001',
      level: 5,
      groupString: 'syslog,sshd,gdpr_IV_35.7.d,pci_dss_10.2.4,pci_dss_10.2.5,nist_800_53_AU.14,',
      noActiveResponse: false,
    });
  });

  it('carries its own time', () => {
    expect(parseGood(wazuhAlert).timeMs).toBe(Date.parse('2026-11-24T06:39:28.123Z'));
    expect(parseGood({ ...wazuhAlert, timestamp: '2026-11-24T06:39:28.123-0330' }).timeMs).toBe(
      Date.parse('2026-11-24T10:09:28.123Z'),
    );
    expect(parseGood({ ...wazuhAlert, timestamp: 'yesterday' }).timeMs).toBeUndefined();
  });

  it('may lack what no response needs', () => {
    const { alert } = parseGood({ rule: { level: '7', id: 100002 } });
    expect(alert).toEqual({
      rule: { level: 7, id: '100002', description: '', groups: [] },
      timestamp: '2026-11-24T12:00:00.000+0000',
      agent: { id: '000' },
      id: '0000000001.7',
    });
  });

  it('has an agent id of three digits at least', () => {
    expect(parseGood({ ...wazuhAlert, agent: { id: 7 } }).alert.agent).toEqual({ id: '007' });
    expect(parseGood({ ...wazuhAlert, agent: { id: '1024' } }).alert.agent).toEqual({ id: '1024' });
  });

  it.each([
    ['{"rule":', 'not JSON'],
    ['[1]', 'not a JSON object'],
    ['{}', 'no rule'],
    ['{"rule":{"level":3}}', 'no rule.id'],
    ['{"rule":{"id":"x y","level":3}}', 'no rule.id'],
    ['{"rule":{"id":"5"}}', 'no rule.level from 0 to 16'],
    ['{"rule":{"id":"5","level":17}}', 'no rule.level from 0 to 16'],
  ])('%s is refused', (line, what) => {
    expect(parse(line)).toBe(what);
  });

  it('cannot reach the prototype of anything', () => {
    const { alert } = parseGood('{"__proto__":{"polluted":1},"rule":{"id":"5","level":3,"__proto__":{"polluted":1}}}');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Object.getPrototypeOf(alert)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(alert.rule)).toBe(Object.prototype);
  });
});

describe('a line of OSSEC', () => {
  const ossecAlert = {
    rule: { level: 10, comment: 'made up', sidid: 100003, group: 'syslog,sshd,', PCI_DSS: ['11.4'] },
    id: '1795503568.42',
    TimeStamp: 1_795_503_568_123,
    decoder: 'sshd',
    srcip: '203.0.113.7',
    dstuser: 'bob',
    location: '(web1) 192.0.2.1->/var/log/auth.log',
    full_log: 'text',
    agent_name: 'web1',
    agentip: '192.0.2.1',
  };

  it('is brought into the same form', () => {
    const { alert, rule, timeMs } = parseGood(ossecAlert);
    expect(rule).toEqual({
      id: '100003',
      level: 10,
      groupString: 'syslog,sshd,pci_dss_11.4,',
      noActiveResponse: false,
    });
    expect(alert).toMatchObject({
      timestamp: new Date(1_795_503_568_123).toISOString().replace('Z', '+0000'),
      rule: { id: '100003', description: 'made up', groups: ['syslog', 'sshd'], pci_dss: ['11.4'] },
      data: { srcip: '203.0.113.7', dstuser: 'bob' },
      decoder: { name: 'sshd' },
      agent: { name: 'web1', ip: '192.0.2.1' },
    });
    expect(timeMs).toBe(1_795_503_568_123);
  });
});

describe('the source', () => {
  it('hands on alerts, tells bad lines without letting them steer the terminal, and moves on', async () => {
    const folder = makeFolder();
    const path = join(folder.path, 'alerts.json');
    writeFileSync(path, '');
    const collector = collect<AlertMessage>();
    const source = createAlertsSource({ path, clock: systemClock }, collector);
    source.start();
    try {
      const future = { ...wazuhAlert, timestamp: '2999-01-01T00:00:00.000+0000', full_log: 'Grüße' };
      appendFileSync(
        path,
        `${JSON.stringify({ ...wazuhAlert, timestamp: '2020-01-01T00:00:00.000+0000' })}\n\u001b[2Jbad\n${JSON.stringify(future)}\n`,
      );
      await collector.whenCount(2);
      expect(collector.messages[0]?.timeMs).toBe(Date.parse('2020-01-01T00:00:00Z'));
      expect(collector.messages[1]?.timeMs).toBeLessThanOrEqual(Date.now());
      expect(collector.messages[1]?.alert.full_log).toBe('Grüße');
      expect(collector.troubles).toHaveLength(1);
      expect(collector.troubles[0]?.kind).toBe('bad_line');
      expect(collector.troubles[0]?.message).toContain('not JSON, skipped: \\x1b[2Jbad');
      const before = source.position();
      appendFileSync(path, 'bad\n'.repeat(1000));
      appendFileSync(path, `${JSON.stringify(wazuhAlert)}\n`);
      await collector.whenCount(3);
      expect(collector.troubles.length).toBeGreaterThan(10);
      expect(collector.troubles.length).toBeLessThan(20);
      expect(source.position()).not.toEqual(before);
    } finally {
      await source.stop();
      folder.remove();
    }
  });
});

const reference = process.env.RIPOSTE_REFERENCE_DATA;
const recording = join(reference ?? '', 'recordings', 'corpus.jsonl.gz');

describe.skipIf(reference === undefined || !existsSync(recording))('recorded alerts (RIPOSTE_REFERENCE_DATA)', () => {
  it('are kept as they are', () => {
    const lines = gunzipSync(readFileSync(recording)).toString('utf8').trim().split('\n');
    const alerts: unknown[] = lines
      .flatMap((line) => JSON.parse(line).outs)
      .filter((each) => each?.rule?.id !== undefined);
    expect(alerts.length).toBeGreaterThan(500);
    for (const alert of alerts) expect(JSON.stringify(parseGood(alert).alert)).toBe(JSON.stringify(alert));
  });
});
