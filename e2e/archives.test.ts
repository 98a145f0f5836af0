// What a service keeps of events besides alerts: archives, the log of firewalls, and rule 11 where more come than usual. By one thread and by several.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArchivedAlert } from '../src/alert/alert.ts';
import { volumeState } from '../src/manager/event-volume.ts';
import { createTestHome, type TestHome, until } from './support/test-home.ts';

let home: TestHome;
beforeEach(() => {
  home = createTestHome();
  home.write('auth.log', '');
});
afterEach(() => home.remove());

function configure(global: string): void {
  const localFile = `<localfile><log_format>syslog</log_format><location>${home.path('auth.log')}</location></localfile>`;
  home.write('etc/ossec.conf', `<ossec_config><global>${global}</global>${localFile}</ossec_config>`);
}

const failure = 'Nov 24 06:00:00 box sshd[1]: Failed password for root from 203.0.113.9 port 22000 ssh2';
const unknown = 'Nov 24 06:00:01 box nobody-knows: caf\xc3\xa9';
const dropped = 'Nov 24 06:00:02 box gate: deny TCP 203.0.113.9:4711 to 10.0.0.5:22';

function addLines(...lines: readonly string[]): void {
  appendFileSync(home.path('auth.log'), Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'));
}

function linesOf(name: string): readonly string[] {
  const path = home.path(`logs/${name}`);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}
const archived = (): ArchivedAlert[] =>
  linesOf('archives/archives.json').map((line) => JSON.parse(line) as ArchivedAlert);

describe.each([0, 2])('with %i detection threads', (threads) => {
  const flags = ['--observe', '--detection-threads', String(threads)];

  it('every event is archived where that is configured, from a reload on too', async () => {
    configure('<logall>yes</logall><logall_json>yes</logall_json>');
    const running = await home.start(flags);
    addLines(failure, unknown);
    await until('two archived events', () => archived().length === 2);
    const [first, second] = archived();
    expect(first?.rule?.id).toBe('5760');
    expect(JSON.stringify(first)).toBe(linesOf('alerts/alerts.json')[0]);
    expect(second).toMatchObject({
      full_log: 'Nov 24 06:00:01 box nobody-knows: café',
      location: home.path('auth.log'),
    });
    expect(second).not.toHaveProperty('rule');
    expect(linesOf('archives/archives.log')).toEqual(
      [failure, 'Nov 24 06:00:01 box nobody-knows: café'].map((line) =>
        expect.stringMatching(
          new RegExp(`^\\d{4} [A-Z][a-z]{2} \\d\\d \\d\\d:\\d\\d:\\d\\d box->.*/auth\\.log ${escaped(line)}$`),
        ),
      ),
    );

    configure('<logall>yes</logall>');
    expect(home.ask('reload').status).toBe(0);
    addLines(unknown);
    await until('a third line', () => linesOf('archives/archives.log').length === 3);
    expect(archived()).toHaveLength(2);
    expect(await running.end('SIGTERM')).toBe(0);
  });

  it('rule 11 tells of an hour with far more events than usual', async () => {
    configure('');
    const now = new Date();
    const day = { year: now.getFullYear(), month: now.getMonth(), date: now.getDate() };
    const counts = new Array(24).fill(0);
    const today = { day, counts, told: 0, toldHour: -1 };
    home.write(
      'var/riposte/event-volume.json',
      JSON.stringify(volumeState.parse({ days: 3, averages: new Array(24).fill(10), today })),
    );
    const running = await home.start(flags);
    for (let line = 0; line < 1300; line += 1) addLines(unknown);
    const told = (): ArchivedAlert[] =>
      linesOf('alerts/alerts.json')
        .map((line) => JSON.parse(line) as ArchivedAlert)
        .filter(({ rule }) => rule?.id === '11');
    await until('the alert', () => told().length > 0);
    expect(told()).toEqual([
      expect.objectContaining({
        rule: expect.objectContaining({ level: 4, groups: ['stats'] }),
        full_log: expect.stringMatching(
          /^The average number of logs between \d+:00 and \d+:00 is 10\. We reached 1261\.$/,
        ),
      }),
    ]);
    expect(await running.end('SIGTERM')).toBe(0);
    const stored = volumeState.parse(JSON.parse(readFileSync(home.path('var/riposte/event-volume.json'), 'utf8')));
    expect(stored.today.told).toBe(1);
    expect(stored.today.counts.reduce((sum, count) => sum + count)).toBe(1300);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[[\]().]/g, '\\$&');
}

it('events of firewalls have a log of their own', async () => {
  configure('');
  home.write(
    'etc/decoders/gate.xml',
    `<decoder name="gate"><program_name>^gate</program_name><type>firewall</type></decoder>
<decoder name="gate-parts"><parent>gate</parent><regex>^(\\w+) (\\w+) (\\S+):(\\d+) to (\\S+):(\\d+)</regex><order>action,protocol,srcip,srcport,dstip,dstport</order></decoder>`,
  );
  const running = await home.start(['--observe']);
  addLines(dropped);
  await until('its line', () => linesOf('firewall/firewall.log').length > 0);
  expect(linesOf('firewall/firewall.log')).toEqual([
    expect.stringMatching(/box->\S+\/auth\.log DROP TCP 203\.0\.113\.9:4711->10\.0\.0\.5:22$/),
  ]);
  expect(await running.end('SIGTERM')).toBe(0);
});
