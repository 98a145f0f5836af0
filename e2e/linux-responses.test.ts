// The other responses of Linux, against the real system: the contract of each, and that it stops what it says it stops.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../src/respond/contract.ts';
import { createDisableAccount } from '../src/respond/disable-account/disable-account.ts';
import { createHostDeny } from '../src/respond/host-deny/host-deny.ts';
import { createRouteNull } from '../src/respond/route-null/route-null.ts';
import { createSystemHost } from '../src/system/processes.ts';
import { alertWith } from '../test/respond/alerts.ts';
import { describeContract } from '../test/respond/contract-suite.ts';
import { createLab, type Lab, type Namespace, reasonToSkip } from './support/namespaces.ts';
import { Machine, until } from './support/service.ts';

const reason = reasonToSkip(['ip', 'ping', 'sshd', 'ssh-keygen', 'ssh', 'bash', 'nsenter', 'usermod', 'useradd']);
const hostAddress = '192.0.2.1';
const attackerAddress = '192.0.2.66';
const addresses = [alertWith({ srcip: '198.51.100.7' }), alertWith({ srcip: '2001:db8::7' })] as const;
const invalidAlert = alertWith({ srcip: '198.51.100.7; id' });

describe.skipIf(reason !== undefined)('route-null', () => {
  let lab: Lab;
  let host: Namespace;
  let attacker: Namespace;
  beforeAll(() => {
    lab = createLab();
    host = lab.add('host');
    attacker = lab.add('attacker');
    lab.link(host, attacker, [`${hostAddress}/24`, '2001:db8:1::1/64'], [`${attackerAddress}/24`, '2001:db8:1::66/64']);
  });
  afterAll(() => lab.remove());

  describeContract('route-null in a namespace', {
    create: createRouteNull,
    host: () => host.host(),
    alerts: addresses,
    invalidAlert,
  });

  it.each([attackerAddress, '2001:db8:1::66'])(
    'nothing is answered to %s any more, until it is lifted',
    async (address) => {
      const response = createRouteNull();
      const target = response.parse(alertWith({ srcip: address }));
      const reach = (): boolean => {
        try {
          attacker.run('ping', '-c', '1', '-W', '1', address.includes(':') ? '2001:db8:1::1' : hostAddress);
          return true;
        } catch {
          return false;
        }
      };
      expect(reach()).toBe(true);
      const [applied] = await response.apply([{ target, remainingSeconds: 60 }], host.host());
      expect(applied).toEqual({ ok: true, value: { source: address } });
      expect(await response.verify([target], host.host())).toEqual([{ effect: 'effective' }]);
      expect(reach()).toBe(false);
      await response.revert([{ source: address }], host.host());
      expect(reach()).toBe(true);
    },
  );

  it('leaves routes of others, to the same address too', async () => {
    const response = createRouteNull();
    host.run('ip', 'route', 'add', 'unreachable', '198.51.100.9');
    host.run('ip', 'route', 'add', 'blackhole', '198.51.100.10', 'proto', '82');
    const target = response.parse(alertWith({ srcip: '198.51.100.9' }));
    expect(await response.apply([{ target, remainingSeconds: 60 }], host.host())).toEqual([
      { ok: false, error: 'there is another route to 198.51.100.9 already, which stays' },
    ]);
    expect(await response.inventory(host.host())).toEqual([]);
    expect(await response.revert([{ source: '198.51.100.9' }], host.host())).toEqual([{ ok: true, value: null }]);
    expect(host.run('ip', 'route', 'show', '198.51.100.9')).toContain('unreachable');
    host.run('ip', 'route', 'del', '198.51.100.9');
    host.run('ip', 'route', 'del', '198.51.100.10');
  });

  it('sees a rule of routing that goes before', async () => {
    const response = createRouteNull();
    const target = response.parse(alertWith({ srcip: attackerAddress }));
    await response.apply([{ target, remainingSeconds: 60 }], host.host());
    host.run('ip', 'route', 'add', 'default', 'via', attackerAddress, 'table', '200', 'onlink', 'dev', 'v1a');
    host.run('ip', 'rule', 'add', 'to', attackerAddress, 'table', '200');
    expect(await response.verify([target], host.host())).toEqual([
      { effect: 'written', reason: expect.stringContaining('another route goes before') },
    ]);
    host.run('ip', 'rule', 'del', 'to', attackerAddress);
    await response.revert([{ source: attackerAddress }], host.host());
  });
});

/** Debian's sshd does. */
function readsHostsDeny(): boolean {
  return existsSync('/usr/sbin/sshd') && readFileSync('/usr/sbin/sshd', 'latin1').includes('libwrap.so');
}

describe('host-deny', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'riposte-deny-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describeContract('host-deny on a real file', {
    create: () => createHostDeny({ denyFile: join(folder, 'hosts.deny'), allowFile: join(folder, 'hosts.allow') }),
    host: createSystemHost,
    alerts: addresses,
    invalidAlert,
    inForce: readsHostsDeny() ? 'effective' : 'written',
  });
});

/** A machine whose /etc, /run and mounts are its own. */
async function createMachine(): Promise<{ machine: Machine; attacker: Namespace }> {
  const machine = new Machine();
  const attacker = machine.lab.add('attacker');
  machine.lab.link(machine.host, attacker, [`${hostAddress}/24`], [`${attackerAddress}/24`]);
  await machine.useOwnMounts();
  machine.run('mount', '--make-rprivate', '/');
  machine.run('mount', '-t', 'tmpfs', 'tmpfs', '/run');
  machine.run(
    'sh',
    '-c',
    'cp -a /etc /run/etc && mount --bind /run/etc /etc && mkdir /run/sshd && rm -f /etc/hosts.deny',
  );
  return { machine, attacker };
}

function startSshd(machine: Machine, more: readonly string[] = []): string {
  const folder = join(machine.folder, 'ssh');
  mkdirSync(folder);
  chmodSync(machine.folder, 0o755);
  for (const name of ['host_key', 'user_key']) {
    machine.run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name));
  }
  const lines = [
    `ListenAddress ${hostAddress}`,
    `HostKey ${join(folder, 'host_key')}`,
    `AuthorizedKeysFile ${join(folder, 'user_key.pub')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    ...more,
  ];
  writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
  machine.run('/usr/sbin/sshd', '-f', join(folder, 'sshd_config'), '-E', join(folder, 'log'));
  return folder;
}

describe.skipIf(reason !== undefined)('disable-account', () => {
  let machine: Machine;
  let attacker: Namespace;
  beforeAll(async () => {
    ({ machine, attacker } = await createMachine());
    for (const name of ['rp-alice', 'rp-bob'])
      machine.run('useradd', '--no-create-home', '--home-dir', '/', '--shell', '/bin/sh', name);
    machine.run('sh', '-c', 'echo rp-alice:secret | chpasswd; echo rp-bob:secret | chpasswd');
  });
  afterAll(() => machine.remove());

  const system = createSystemHost();
  const host = (): Host => ({
    ...system,
    run: (argv, options) => system.run(machine.inside(...argv), options),
    readFile: (path) => system.readFile(machine.reach(path)),
  });

  describeContract('disable-account on real accounts', {
    create: createDisableAccount,
    host,
    alerts: [alertWith({ dstuser: 'rp-alice' }), alertWith({ dstuser: 'rp-bob' })],
    invalidAlert: alertWith({ dstuser: '-x' }),
  });

  it('keeps who has a key from logging in, over kill -9, until it is lifted', async () => {
    machine.configure([{ executable: 'disable-account', rules: '5712', timeout: 600 }]);
    const folder = startSshd(machine);
    const canLogIn = (): boolean => {
      const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes', 'ConnectTimeout=3'];
      const flags = options.flatMap((option) => ['-o', option]);
      try {
        const key = join(folder, 'user_key');
        return attacker
          .run('ssh', '-F', 'none', '-i', key, ...flags, `rp-alice@${hostAddress}`, 'echo in')
          .includes('in');
      } catch {
        return false;
      }
    };
    await until('she can log in', canLogIn);
    const shadow = machine.run('cat', '/etc/shadow');
    let service = await machine.start();
    expect(machine.command('block', 'rp-alice', '--response', 'disable-account', '--timeout', '600').status).toBe(0);
    expect(canLogIn()).toBe(false);
    expect(machine.command('block', 'root', '--response', 'disable-account', '--timeout', '600').status).toBe(1);
    await service.end('SIGKILL');
    machine.run('usermod', '--unlock', '--expiredate', '', 'rp-alice');
    expect(canLogIn()).toBe(true);
    service = await machine.start();
    expect(canLogIn()).toBe(false);
    expect(machine.command('revert', 'rp-alice').status).toBe(0);
    expect(canLogIn()).toBe(true);
    expect(machine.run('cat', '/etc/shadow')).toBe(shadow);
    expect(await service.end('SIGTERM')).toBe(0);
  });
});

describe.skipIf(reason !== undefined)('a service that answers by host-deny and route-null', () => {
  let machine: Machine;
  let attacker: Namespace;
  beforeEach(async () => {
    ({ machine, attacker } = await createMachine());
  });
  afterEach(() => machine.remove());

  it('a real sshd refuses the attacker while the response lasts, also after kill -9, and hosts.deny is then as it was', async () => {
    machine.configure([{ executable: 'host-deny', rules: '5712', timeout: 600 }]);
    startSshd(machine);
    const greeting = (): string => {
      try {
        return attacker.run('timeout', '3', 'bash', '-c', `exec 3<>/dev/tcp/${hostAddress}/22; head -c 4 <&3`);
      } catch {
        return '';
      }
    };
    machine.run('sh', '-c', 'echo "# mine" > /etc/hosts.deny');
    await until('sshd answers', () => greeting() === 'SSH-');
    let service = await machine.start();
    for (let count = 0; count < 8; count += 1) machine.tryNobody(attackerAddress);
    await until('sshd refuses', () => greeting() === '');
    expect((await machine.list())[0]).toMatchObject({ target: attackerAddress, state: 'active' });
    await service.end('SIGKILL');
    machine.run('sh', '-c', 'sed -i /ALL:/d /etc/hosts.deny');
    service = await machine.start();
    await until('what somebody removed is there again', () => greeting() === '');
    expect(machine.command('revert', attackerAddress).status).toBe(0);
    expect(machine.run('cat', '/etc/hosts.deny')).toBe('# mine\n');
    await until('sshd answers again', () => greeting() === 'SSH-', 10_000);
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('both are lifted on time, and history says what was done', async () => {
    machine.configure([
      { executable: 'host-deny', rules: '5712', timeout: 2 },
      { executable: 'route-null', rules: '5712', timeout: 2 },
    ]);
    const service = await machine.start();
    for (let count = 0; count < 8; count += 1) machine.tryNobody('203.0.113.9');
    await until('both', async () => (await machine.list()).length === 2);
    expect(machine.run('ip', 'route', 'show', 'type', 'unreachable')).toContain('203.0.113.9');
    expect(machine.run('cat', '/etc/hosts.deny')).toContain('ALL:203.0.113.9\n');
    await until('nothing is in force', async () => (await machine.list()).length === 0);
    expect(machine.run('ip', 'route', 'show', 'type', 'unreachable')).toBe('');
    expect(() => machine.run('cat', '/etc/hosts.deny')).toThrow(/No such file/);
    const states = (await machine.history()).map(({ execution }) => execution?.state);
    expect(states).toEqual(['reverted', 'reverted']);
    expect(await service.end('SIGTERM')).toBe(0);
  });
});
