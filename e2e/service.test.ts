// A service as its user sees it: settings from everywhere, standard input, a configuration that changes while it runs.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  constants,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SettingRow } from '../src/config/settings.ts';
import type { ReloadAnswer } from '../src/manager/reload.ts';
import { createTestHome, type TestHome, until } from './support/test-home.ts';

let home: TestHome;
beforeEach(() => {
  home = createTestHome();
});
afterEach(() => home.remove());

interface ConfParts {
  readonly files?: readonly string[];
  readonly rulesId?: string;
  readonly more?: string;
}

function configure({ files = [], rulesId = '5760', more = '' }: ConfParts = {}): void {
  const localFiles = files
    .map((file) => `<localfile><log_format>syslog</log_format><location>${file}</location></localfile>`)
    .join('\n');
  home.write(
    'etc/ossec.conf',
    `<ossec_config>
<command><name>firewall-drop</name><executable>firewall-drop</executable><timeout_allowed>yes</timeout_allowed></command>
<active-response>
  <command>firewall-drop</command><location>local</location><rules_id>${rulesId}</rules_id><timeout>60</timeout>
</active-response>
${localFiles}
${more}
</ossec_config>
`,
  );
}

let line = 0;
function failure(address: string): string {
  line += 1;
  return `Nov 24 06:00:00 host sshd[${line}]: Failed password for root from ${address} port 22000 ssh2\n`;
}

/** The text of every alert that was written, with its location. */
function alerts(): string[] {
  return readFileSync(home.path('logs/alerts/alerts.json'), 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as { location: string; data?: { srcip?: string } })
    .map(({ location, data }) => `${location} ${data?.srcip}`);
}

const settings = (): Record<string, SettingRow> =>
  Object.fromEntries((JSON.parse(home.ask('settings', '--json').stdout) as SettingRow[]).map((row) => [row.key, row]));

const observe = ['--observe'];

describe('settings', () => {
  it('come from a flag before a variable before the file before the default, and are shown with where they are from', async () => {
    configure();
    home.write('etc/riposte.yaml', 'max_running: 11\nrevert_slots: 12\nscript_deadline_seconds: 13\n');
    await home.start(
      [...observe, '--max-running', '31', '--never-block', '192.0.2.1', '--never-block', '192.0.2.2,192.0.2.3'],
      { environment: { RIPOSTE_MAX_RUNNING: '21', RIPOSTE_REVERT_SLOTS: '22' } },
    );
    expect(settings()).toMatchObject({
      max_running: { value: 31, default: 64, origin: 'flag' },
      revert_slots: { value: 22, default: 16, origin: 'environment' },
      script_deadline_seconds: { value: 13, default: 30, origin: 'file' },
      reconcile_interval_seconds: { value: 60, default: 60, origin: 'default' },
      never_block: { value: ['192.0.2.1', '192.0.2.2', '192.0.2.3'], default: [], origin: 'flag' },
      observe: { value: true, default: false, origin: 'flag' },
    });
  });

  it('that are wrong keep the service from starting, each named with where it is from', async () => {
    configure();
    home.write('etc/riposte.yaml', 'observe: perhaps\n');
    const service = await home.start(['--max-running', 'many'], { environment: { RIPOSTE_REVERT_SLOTS: '0' } });
    expect(await service.end('SIGTERM')).toBe(1);
    expect(service.output().split('\n')).toEqual(
      expect.arrayContaining([
        '--max-running: max_running has "many"; it must be a whole number from 1 to 4096.',
        'RIPOSTE_REVERT_SLOTS: revert_slots has "0"; it must be a whole number from 1 to 1024.',
        `${home.path('etc/riposte.yaml')}:1:10: observe has "perhaps"; it must be true or false.`,
        'riposte: the configuration has errors: nothing is started',
      ]),
    );
  });
});

describe('standard input', () => {
  it('is read line by line from a pipe, and the service outlives it', async () => {
    const log = join(home.folder, 'a.log');
    writeFileSync(log, '');
    configure({ files: [log] });
    // A real pipe: what Node calls one is a socket.
    const pipe = join(home.folder, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(pipe, 'w');
    const service = await home.start([...observe, '--stdin'], { stdin: reader });
    closeSync(reader);
    const text = failure('203.0.113.1') + failure('203.0.113.2').trimEnd();
    // In two pieces that end in the middle of a line.
    writeSync(writer, text.slice(0, 130));
    await until('the first alert', () => alerts().length === 1);
    writeSync(writer, text.slice(130));
    closeSync(writer);
    await until('both alerts', () => service.output().includes('stdin: it has ended'));
    expect(alerts()).toEqual(['stdin 203.0.113.1', 'stdin 203.0.113.2']);
    appendFileSync(log, failure('203.0.113.3'));
    await until('the alert of the file', () => alerts().length === 3);
    expect(home.ask('status', '--json').stdout).toContain(`"sources":["${log}","stdin"]`);
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('has the alerts of another program, if it is told so', async () => {
    configure();
    const service = await home.start([...observe, '--stdin', '--stdin-format', 'alerts']);
    const alert = {
      timestamp: new Date().toISOString().replace('Z', '+0000'),
      rule: { id: '5760', level: 5, description: 'sshd: authentication failed', groups: ['sshd'] },
      agent: { id: '000', name: 'a' },
      id: '1700000000.1',
      data: { srcip: '203.0.113.4' },
      location: '/var/log/auth.log',
    };
    service.child.stdin?.end(`${JSON.stringify(alert)}\n`);
    await until('the decision', () => service.output().includes('guard observe'));
    await until('the end', () => service.output().includes('stdin: it has ended'));
    expect(JSON.parse(home.ask('history', '--json').stdout)).toMatchObject([
      { decision: { ruleId: '5760', target: '203.0.113.4', guard: 'observe' } },
    ]);
  });
});

describe('a reload', () => {
  const reload = (): ReloadAnswer & { status: number | null } => {
    const { status, stdout } = home.ask('reload', '--json');
    return { status, ...(JSON.parse(stdout) as ReloadAnswer) };
  };

  it('starts what is new and stops what is gone, and loses or doubles no line of what stays', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(home.folder, name)) as [string, string, string];
    for (const path of [a, b, c]) writeFileSync(path, failure('203.0.113.99'));
    configure({ files: [a, b] });
    await home.start(observe);
    let count = 0;
    const writer = setInterval(() => {
      count += 1;
      appendFileSync(a, failure(`203.0.113.${count}`));
    }, 20);
    try {
      await until('some lines', () => count > 5);
      appendFileSync(b, failure('198.51.100.1'));
      configure({ files: [a, c] });
      expect(reload()).toMatchObject({ loaded: true, status: 0 });
      appendFileSync(b, failure('198.51.100.2'));
      appendFileSync(c, failure('198.51.100.3'));
      await until('the new file', () => alerts().includes(`${c} 198.51.100.3`));
      configure({ files: [a, b] });
      expect(reload()).toMatchObject({ loaded: true });
      await until('what was written meanwhile', () => alerts().includes(`${b} 198.51.100.2`));
    } finally {
      clearInterval(writer);
    }
    const expected = Array.from({ length: count }, (_, index) => `${a} 203.0.113.${index + 1}`);
    const ofA = (): string[] => alerts().filter((text) => text.startsWith(`${a} `));
    await until('every line', () => ofA().length >= count);
    expect(ofA()).toEqual(expected);
    expect(alerts().filter((text) => !text.startsWith(`${a} `))).toEqual([
      `${b} 198.51.100.1`,
      `${c} 198.51.100.3`,
      `${b} 198.51.100.2`,
    ]);
  });

  it('takes up settings, and names those that wait for a restart', async () => {
    configure();
    home.write('etc/riposte.yaml', 'observe: true\n');
    const service = await home.start([]);
    home.write('etc/riposte.yaml', 'max_running: 7\nobserve: false\nstdin: true\n');
    expect(reload()).toEqual({ status: 0, loaded: true, problems: [], needRestart: ['stdin', 'observe'] });
    expect(settings()).toMatchObject({
      max_running: { value: 7, origin: 'file' },
      stdin: { value: false, origin: 'default' },
      observe: { value: true, origin: 'file' },
    });
    service.child.kill('SIGHUP');
    await until('the answer to the signal', () =>
      service.output().includes('loaded; changed, but waiting for a restart: stdin, observe'),
    );
  });

  it('refuses a bad one whole, with every problem, and goes on with the old one', async () => {
    const log = join(home.folder, 'a.log');
    writeFileSync(log, '');
    configure({ files: [log] });
    const service = await home.start(observe);
    configure({ files: [], rulesId: 'all of them' });
    home.write('etc/riposte.yaml', 'max_running: 7\nobserv: true\n');
    home.write('etc/rules/local.xml', '<group name="local,"><rule id="100001"></rule></group>');
    home.write('etc/decoders/local.xml', '<decoder name="a"><parent>b</parent></decoder>');
    const answer = reload();
    expect(answer).toMatchObject({ status: 1, loaded: false, needRestart: [] });
    expect(answer.problems.map(({ position }) => position.file)).toEqual([
      home.path('etc/riposte.yaml'),
      home.path('etc/ossec.conf'),
      home.path('etc/decoders/local.xml'),
      home.path('etc/rules/local.xml'),
    ]);
    const { status, stderr, stdout } = home.ask('reload');
    expect([status, stdout]).toEqual([1, 'refused: the configuration that was loaded before stays\n']);
    expect(stderr.split('\n').filter((text) => text !== '')).toHaveLength(4);
    expect(settings().max_running).toMatchObject({ value: 64 });
    appendFileSync(log, failure('203.0.113.5'));
    await until('the alert', () => alerts().length === 1);
    await until('the decision', () => service.output().includes('guard observe'));
  });

  it('is refused too where the file is gone', async () => {
    configure();
    const service = await home.start(observe);
    rmSync(home.path('etc/ossec.conf'));
    expect(reload()).toMatchObject({ status: 1, loaded: false });
    service.child.kill('SIGHUP');
    await until('the answer to the signal', () => service.output().includes('refused: the configuration'));
    expect(home.ask('status').status).toBe(0);
  });
});
