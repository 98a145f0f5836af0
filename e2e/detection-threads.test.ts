// A service that detects in threads: killed between two lines, in the middle of a flood, reloaded, stopped.
import { appendFileSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askService } from '../src/serve/control-client.ts';
import { createTestHome, type Running, type TestHome, until } from './support/test-home.ts';

let home: TestHome;
let line: number;
beforeEach(() => {
  home = createTestHome();
  line = 0;
});
afterEach(() => home.remove());

const inThreads = ['--observe', '--detection-threads', '2'];

function configure(localFile = ''): void {
  home.write('etc/ossec.conf', `<ossec_config>${localFile}</ossec_config>`);
}

function failure(address: string): string {
  line += 1;
  return `Nov 24 06:00:00 host sshd[${line}]: Failed password for root from ${address} port 22000 ssh2\n`;
}

interface WrittenAlert {
  readonly id: string;
  readonly rule: { readonly id: string; readonly firedtimes: number };
  readonly data: { readonly srcip: string };
}

/** A line that a crash cut is left out. */
function alerts(rule: string): WrittenAlert[] {
  return readFileSync(home.path('logs/alerts/alerts.json'), 'utf8')
    .split('\n')
    .filter((text) => text.endsWith('}'))
    .map((text) => JSON.parse(text) as WrittenAlert)
    .filter((alert) => alert.rule.id === rule);
}

interface Status {
  readonly counts: { readonly messages: number; readonly alerts: number };
  readonly detectionThreads: number;
}
const status = (): Status => JSON.parse(home.ask('status', '--json').stdout) as Status;
const store = (): Promise<unknown> => askService(home.path('var/run/riposte.sock'), 'store', {});

describe('detection in threads', () => {
  it('remembers seven failures through kill -9, and the eighth raises one composite alert', async () => {
    configure();
    const first = await home.start([...inThreads, '--stdin']);
    expect(home.ask('status').stdout).toContain('judges in 2 threads\n');
    for (let count = 0; count < 7; count += 1) first.child.stdin?.write(failure('203.0.113.9'));
    await until('seven alerts', () => status().counts.alerts === 7);
    await store();
    await first.end('SIGKILL');

    const second = await home.start([...inThreads, '--stdin']);
    second.child.stdin?.write(failure('203.0.113.9'));
    await until('the composite alert', () => alerts('5763').length > 0);
    second.child.stdin?.write(failure('203.0.113.9'));
    await until('the ninth', () => alerts('5760').length === 8);
    expect(alerts('5763')).toHaveLength(1);
    expect(alerts('5760').map(({ rule }) => rule.firedtimes)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it('loses no attacker and doubles none where it is killed in the middle of a flood', async () => {
    const log = home.path('auth.log');
    home.write('auth.log', '');
    configure(`<localfile><log_format>syslog</log_format><location>${log}</location></localfile>`);
    const addresses = Array.from({ length: 400 }, (_, index) => `198.18.${index >> 8}.${index & 255}`);
    let running: Running = await home.start(inThreads);
    for (let round = 0; round < 8; round += 1) {
      for (const address of addresses) appendFileSync(log, failure(address));
      if (round % 3 !== 1) continue;
      await running.end('SIGKILL');
      running = await home.start(inThreads);
    }
    const composites = (): Set<string> => new Set(alerts('5763').map(({ data }) => data.srcip));
    await until('every composite alert', () => composites().size === addresses.length);
    // What was read again has the ids that it had.
    expect(new Set(alerts('5763').map(({ id }) => id)).size).toBe(addresses.length);
    expect(await running.end('SIGTERM')).toBe(0);
  });

  it('takes up new rules while lines come, and ends in order', async () => {
    configure();
    const service = await home.start([...inThreads, '--stdin']);
    service.child.stdin?.write(failure('203.0.113.9'));
    await until('an alert', () => status().counts.alerts === 1);
    const rule = '<rule id="100700" level="5"><match>brand new</match><description>new</description></rule>';
    home.write('etc/rules/own.xml', `<group name="own,">${rule}</group>`);
    expect(home.ask('reload')).toMatchObject({ status: 0, stdout: expect.stringContaining('loaded') });
    service.child.stdin?.write('Nov 24 06:00:00 host app[1]: brand new\n');
    await until('an alert of the new rule', () => alerts('100700').length === 1);
    home.write('etc/rules/own.xml', '<group name="own,"><rule id="100700" level="99"></rule></group>');
    expect(home.ask('reload').stdout).toContain('refused');
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('judges by the old threads until a restart where their number is changed', async () => {
    configure();
    await home.start([...inThreads.slice(0, 1), '--stdin']);
    expect(status().detectionThreads).toBe(0);
    home.write('etc/riposte.yaml', 'detection_threads: 2\n');
    expect(home.ask('reload').stdout).toContain('waiting for a restart: detection_threads');
    expect(status().detectionThreads).toBe(0);
  });
});
