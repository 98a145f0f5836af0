// The journal of a real systemd-journald: a real sshd under attack, and a local user who writes in its name.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aliceSession, JournalHost, reasonWithoutJournal, sshService } from './support/journal-host.ts';
import { type Namespace, reasonToSkip } from './support/namespaces.ts';
import { Machine, type Service, until } from './support/service.ts';

const withoutJournal = reasonWithoutJournal();
if (withoutJournal !== undefined) console.warn(`skipped: ${withoutJournal}`);
const reason =
  reasonToSkip(['journalctl', 'logger', 'setpriv', 'nsenter', 'nft', 'sshd', 'ssh', 'ssh-keygen', 'sshpass']) ??
  withoutJournal;

const hostAddress = '192.0.2.1';
const attackerAddress = '192.0.2.66';
const victim = '203.0.113.9';
const wrong = (address: string): string => `Failed password for root from ${address} port 22000 ssh2`;
const unknownUser = (address: string): string => `Invalid user nobody from ${address} port 22000`;

let machine: Machine;
let journal: JournalHost;
let attacker: Namespace;

function configure(filters = ''): void {
  mkdirSync(machine.reach(join(machine.home, 'etc')), { recursive: true });
  writeFileSync(
    machine.reach(join(machine.home, 'etc/ossec.conf')),
    `<ossec_config>
<command><name>firewall-drop</name><executable>firewall-drop</executable><timeout_allowed>yes</timeout_allowed></command>
<active-response><command>firewall-drop</command><location>local</location><rules_id>5551,5710,5712,5763,2502</rules_id><timeout>600</timeout></active-response>
<localfile><location>journald</location><log_format>journald</log_format>${filters}</localfile>
</ossec_config>`,
  );
}

async function messagesOf(): Promise<number> {
  return (await machine.status()).counts.messages;
}

describe.skipIf(reason !== undefined)('the journal', () => {
  beforeEach(async () => {
    machine = new Machine();
    attacker = machine.lab.add('attacker');
    machine.lab.link(machine.host, attacker, [`${hostAddress}/24`], [`${attackerAddress}/24`]);
    await machine.useOwnMounts();
    journal = new JournalHost(machine);
    await journal.start();
    configure();
  });
  afterEach(async () => {
    await journal.stop();
    await machine.remove();
  });

  function startSshd(): void {
    const folder = join(machine.folder, 'ssh');
    mkdirSync(folder);
    machine.run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host_key'));
    const lines = [
      `ListenAddress ${hostAddress}`,
      `HostKey ${join(folder, 'host_key')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'MaxAuthTries 20',
    ];
    writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
    journal.run(sshService, '/usr/sbin/sshd', '-D', '-f', join(folder, 'sshd_config'));
  }

  it('has the attack on a real sshd, whose attacker is then dropped by the kernel', async () => {
    const service = await machine.start();
    startSshd();
    const attack = (): void => {
      try {
        attacker.run(
          // A session that is dropped in the middle would wait for ever.
          'timeout',
          '5',
          'sshpass',
          '-p',
          'wrong',
          'ssh',
          '-F',
          'none',
          '-o',
          'StrictHostKeyChecking=no',
          '-o',
          'UserKnownHostsFile=/dev/null',
          '-o',
          'ConnectTimeout=2',
          `nobody-here@${hostAddress}`,
        );
      } catch {
        // It is refused, or dropped.
      }
    };
    await until('the attacker is dropped', () => {
      attack();
      return machine.inKernel().includes(attackerAddress);
    });
    expect(await machine.inForce()).toEqual([attackerAddress]);
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('believes no user who writes in the name of another, however he does it', async () => {
    const service = await machine.start();
    const before = await messagesOf();
    const disguise = '/run/tools/sshd';
    machine.run('sh', '-c', `mkdir /run/tools && cp "$(command -v logger)" ${disguise}`);
    for (let round = 0; round < 9; round += 1) journal.say(aliceSession, 'sshd', wrong(victim));
    journal.say(aliceSession, 'sshd', unknownUser(victim));
    journal.say(aliceSession, 'sshd', unknownUser(victim), { program: disguise });
    journal.say(aliceSession, 'sshd-session', unknownUser(victim), { options: ['--id=1'] });
    journal.say(aliceSession, 'x', `sshd[1]: ${unknownUser(victim)}`);
    const pam = `pam_unix(sudo:auth): authentication failure; logname=alice uid=1000 euid=0 tty=/dev/pts/0 ruser=alice rhost=${victim}  user=root`;
    for (const name of ['sudo', 'su', 'anything']) journal.say(aliceSession, name, pam);
    // Root, but not sshd: an administrator who tries whether it works.
    journal.say({ group: 'user.slice/user-0.slice/session-1.scope', uid: 0 }, 'sshd', unknownUser(victim));
    journal.say({ group: 'system.slice/web.service', uid: 33 }, 'sshd', unknownUser(victim));
    await until('all have been read', async () => (await messagesOf()) - before >= 18);
    expect(await machine.history()).toEqual([]);
    expect(machine.inKernel()).toEqual([]);
    expect(service.output()).toContain('journald: user id 1000 in session-3.scope writes as sshd, and is not believed');
    expect(service.output()).toContain('journald: user id 33 in web.service writes as sshd, and is not believed');

    journal.say(sshService, 'sshd', unknownUser(victim));
    await until('the same from sshd', () => machine.inKernel().includes(victim));
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('is read on where it was left, after an orderly end and after kill -9, and nothing is answered twice', async () => {
    const address = (number: number): string => `198.51.100.${number}`;
    journal.say(sshService, 'sshd', unknownUser(address(1)));
    let service = await machine.start();
    const dropped = (...numbers: readonly number[]): Promise<void> =>
      until(`${numbers.length} are dropped`, () => machine.inKernel().join() === numbers.map(address).join());
    journal.say(sshService, 'sshd', unknownUser(address(2)));
    await dropped(2);
    expect(await service.end('SIGTERM')).toBe(0);
    journal.say(sshService, 'sshd', unknownUser(address(3)));
    service = await machine.start();
    await dropped(2, 3);
    await machine.ask('store');
    await service.end('SIGKILL');
    journal.say(sshService, 'sshd', unknownUser(address(4)));
    service = await machine.start();
    await dropped(2, 3, 4);
    const targets = (await machine.history()).map(({ execution }) => execution?.target).sort();
    expect(targets).toEqual([2, 3, 4].map(address));
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('is read as far as filters want it', async () => {
    configure('<filter field="_SYSTEMD_UNIT">^ssh\\.service$</filter><filter field="MESSAGE">Invalid</filter>');
    const service: Service = await machine.start();
    journal.say({ group: 'system.slice/cron.service', uid: 0 }, 'CRON', 'Invalid');
    journal.say(sshService, 'sshd', wrong(victim));
    journal.say(sshService, 'sshd', unknownUser(victim));
    await until('it is dropped', () => machine.inKernel().includes(victim));
    expect(await messagesOf()).toBe(1);
    expect(await service.end('SIGTERM')).toBe(0);
  });
});
