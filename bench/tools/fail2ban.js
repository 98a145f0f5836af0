// fail2ban: Debian's package with its jail and filter for sshd, files in a folder of its own, nftables or ipset for the blocks.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause, until } from '../clock.js';
import { ipset, nft } from '../firewalls.js';
import { blockSeconds, failuresToBlock } from '../lines.js';
import { appendTo } from './log.js';

const backends = {
  nft: { action: 'nftables-allports', firewall: nft, set: 'inet f2b-table addr-set-sshd', programs: ['nft'] },
  ipset: {
    action: 'iptables-ipset-proto6-allports',
    firewall: ipset,
    set: 'f2b-sshd',
    programs: ['ipset', 'iptables'],
  },
};

/** The one that is told of changes, if it is there; polling is what remains. */
export function watcher() {
  return existsSync('/usr/lib/python3/dist-packages/pyinotify.py') ? 'pyinotify' : 'polling';
}

/** Debian's configuration without what the administrator of this machine changed, and the few settings of the benchmark. */
function layOut(folder, log, action) {
  const configuration = join(folder, 'etc');
  mkdirSync(configuration);
  for (const name of ['action.d', 'filter.d', 'fail2ban.conf', 'jail.conf', 'paths-common.conf', 'paths-debian.conf'])
    cpSync(join('/etc/fail2ban', name), join(configuration, name), {
      recursive: true,
      filter: (path) => !path.endsWith('.local'),
    });
  writeFileSync(
    join(configuration, 'fail2ban.local'),
    [
      '[Definition]',
      `logtarget = ${join(folder, 'fail2ban.log')}`,
      `dbfile = ${join(folder, 'fail2ban.sqlite3')}`,
      '',
    ].join('\n'),
  );
  writeFileSync(
    join(configuration, 'jail.local'),
    [
      '[DEFAULT]',
      `maxretry = ${failuresToBlock}`,
      `bantime = ${blockSeconds}`,
      'findtime = 1800',
      'usedns = no',
      `banaction = ${action}`,
      'protocol = tcp,udp', // attackers send UDP, innocent clients TCP
      '[sshd]',
      'enabled = true',
      `backend = ${watcher()}`,
      `logpath = ${log}`,
      '',
    ].join('\n'),
  );
  return configuration;
}

/** @returns {import('./tool.js').Tool} */
function makeTool(backend) {
  const { action, firewall, set, programs } = backends[backend];
  return {
    id: `fail2ban-${backend}`,
    title: `fail2ban, ${backend}`,
    programs: ['fail2ban-server', 'fail2ban-client', ...programs],
    describe: () =>
      `${execFileSync('fail2ban-server', ['--version'], { encoding: 'utf8' }).trim()}, ${watcher()}, ${action}`,
    throughputLines: { 'lines-most': 20_000, 'lines-few': 50_000 },
    async start(host) {
      const log = join(host.folder, 'auth.log');
      const append = appendTo(log);
      const configuration = layOut(host.folder, log, action);
      const common = ['-c', configuration, '-s', join(host.folder, 'sock'), '-p', join(host.folder, 'pid')];
      const child = host.start(['fail2ban-server', '-xf', ...common, 'start']);
      const ask = (...words) => host.run(['fail2ban-client', ...common, ...words]);
      const isReady = () => {
        try {
          return ask('status', 'sshd').includes('auth.log');
        } catch {
          return false;
        }
      };
      if (!(await until(isReady, { everyMs: 300, limitMs: 30_000 }))) throw new Error('fail2ban did not start');
      await pause(1000);
      return {
        log,
        append,
        mainPid: child.pid,
        firewall,
        set,
        block: async (addresses) => ask('set', 'sshd', 'banip', ...addresses),
        chunk: 50,
      };
    },
  };
}

export const fail2banNft = makeTool('nft');
export const fail2banIpset = makeTool('ipset');
