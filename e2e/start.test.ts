// What a start lays out, names and refuses.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatDefaultConf } from '../src/config/default-conf.ts';
import { createTestHome, type TestHome } from './support/test-home.ts';

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && spawnSync('unshare', ['--mount', 'true']).status === 0;
if (!canMount) console.warn('e2e/start: parts are skipped, they need root and mount namespaces');

let home: TestHome;
beforeEach(() => {
  home = createTestHome();
});
afterEach(() => home.remove());

/** Every file and folder with its size and time. */
function snapshot(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    });
}

describe('the first start', () => {
  it('lays out the default configuration, and names the address of whoever is logged in by SSH', async () => {
    const file = ['/var/log/auth.log', '/var/log/secure'].find((path) => existsSync(path)) ?? '/var/log/auth.log';
    const log = existsSync('/run/systemd/journal/socket') ? 'journald' : file;
    const ssh = { environment: { SSH_CONNECTION: '203.0.113.77 50000 192.0.2.1 22' } };
    const first = await home.start(['--observe'], ssh);
    expect(readFileSync(home.path('etc/ossec.conf'), 'utf8')).toBe(formatDefaultConf({ sshLog: log }));
    expect(first.output()).toContain(`wrote a default configuration to ${home.path('etc/ossec.conf')}\n`);
    expect(first.output()).toContain('you are logged in from 203.0.113.77, which nothing protects from being blocked');
    expect(await first.end('SIGTERM')).toBe(0);
    expect(home.ask('check').stdout).not.toMatch(/ossec\.conf:(?!1:1: warning: there is no group)/);

    const second = await home.start(['--observe', '--never-block', '203.0.113.64/26'], ssh);
    expect(second.output()).not.toContain('wrote a default');
    expect(second.output()).not.toContain('you are logged in from');
  });
});

describe('a start without a log to read', () => {
  it('says what it needs, until there is one', async () => {
    const log = home.path('auth.log');
    const source = `<localfile><log_format>syslog</log_format><location>${log}</location></localfile>`;
    home.write('etc/ossec.conf', `<ossec_config>${source}</ossec_config>`);
    const first = await home.start(['--observe']);
    expect(first.output()).toContain('riposte: there is nothing to read yet: start systemd-journald');
    await first.end('SIGTERM');
    home.write('auth.log', '');
    expect((await home.start(['--observe'])).output()).not.toContain('nothing to read');
  });
});

describe('another user', () => {
  it.skipIf(!isRoot)('is told that the service is not theirs to speak to', async () => {
    home.write('etc/ossec.conf', '<ossec_config></ossec_config>');
    await home.start(['--observe']);
    chmodSync(home.folder, 0o755);
    chmodSync(home.path('.'), 0o755);
    for (const command of [['status'], ['list'], ['revert', '--all'], ['expire']]) {
      const argv = [resolve('bin/riposte'), ...command, '--home', home.path('.')];
      const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', uid: 65534, gid: 65534 });
      expect([command[0], status, stderr]).toEqual([command[0], 4, expect.stringMatching(/^riposte: .*\n$/)]);
    }
  });
});

describe('beside Wazuh', () => {
  it.skipIf(!canMount)('reads its home, and writes elsewhere alone', async () => {
    await home.remove();
    const mounts = 'mount -t tmpfs tmpfs /var/lib && mount -t tmpfs tmpfs /var/log && exec "$@"';
    home = createTestHome((...argv) => ['unshare', '--mount', 'sh', '-c', mounts, 'sh', ...argv]);
    home.write('bin/wazuh-control', '');
    home.write('etc/ossec.conf', readFileSync(resolve('test/config/fixtures/wazuh-manager.conf'), 'utf8'));
    const before = snapshot(home.path('.'));
    const refused = await home.start([]);
    expect(refused.output()).toContain('use "--beside-wazuh" to read it and write elsewhere');
    const service = await home.start(['--beside-wazuh', '--observe']);
    expect(service.output()).toContain('ready');
    // Its own view of the machine: nobody else sees these folders.
    const inside = (folder: string): string[] =>
      readdirSync(`/proc/${service.child.pid}/root${folder}`, { recursive: true, encoding: 'utf8' });
    expect(inside('/var/lib/riposte')).toEqual(expect.arrayContaining(['lock', 'manager.db', 'run/riposte.sock']));
    expect(inside('/var/log/riposte')).toContain('alerts/alerts.json');
    expect(await service.end('SIGTERM')).toBe(0);
    expect(snapshot(home.path('.'))).toEqual(before);
  });
});
