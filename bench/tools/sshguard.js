// sshguard: Debian's package, reading the log by its own `tail -F`, with the firewall of its default or with ipset.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause, until } from '../clock.js';
import { ipset, nft } from '../firewalls.js';
import { blockSeconds, failures, failuresToBlock } from '../lines.js';
import { appendTo } from './log.js';

const scoreOfFailure = 10; // sshguard-setup(7): most attacks score 10

const backends = {
  nft: { file: 'sshg-fw-nft-sets', firewall: nft, set: 'ip sshguard attackers', programs: ['nft'] },
  ipset: { file: 'sshg-fw-ipset', firewall: ipset, set: 'sshguard4', programs: ['ipset', 'iptables'] },
};

function hasStarted(host, backend) {
  try {
    if (backend === 'nft') host.run(['nft', 'list', 'set', 'ip', 'sshguard', 'attackers']);
    else host.run(['ipset', 'list', '-terse', 'sshguard4']);
    return true;
  } catch {
    return false;
  }
}

/** @returns {import('./tool.js').Tool} */
function makeTool(backend) {
  const { file, firewall, set, programs } = backends[backend];
  return {
    id: `sshguard-${backend}`,
    title: `sshguard, ${backend}`,
    programs: ['sshguard', ...programs],
    describe: () => `${execFileSync('sshguard', ['-v'], { encoding: 'utf8' }).trim()}, ${file}`,
    // It looks through all addresses that it remembers for each failure: more lines, and it would get slower and slower.
    throughputLines: { 'lines-most': 8_000, 'lines-few': 60_000 },
    async start(host) {
      const log = join(host.folder, 'auth.log');
      const conf = join(host.folder, 'sshguard.conf');
      const append = appendTo(log);
      writeFileSync(
        conf,
        [
          `BACKEND="/usr/libexec/sshguard/${file}"`,
          `FILES="${log}"`,
          `THRESHOLD=${failuresToBlock * scoreOfFailure}`,
          `BLOCK_TIME=${blockSeconds}`,
          'DETECTION_TIME=1800',
          '',
        ].join('\n'),
      );
      // The place of its configuration is compiled in.
      // What it says of these attacks does not belong in the log of this machine.
      const enter = [
        'mount --bind "$1" /etc/sshguard/sshguard.conf',
        'if [ -e /dev/log ]; then mount --bind "$2" "$(readlink -f /dev/log)"; fi',
        'exec sshguard',
      ].join(' && ');
      const nothing = join(host.folder, 'nothing');
      writeFileSync(nothing, '');
      const child = host.start(['unshare', '--mount', 'sh', '-c', enter, 'sh', conf, nothing]);
      if (!(await until(() => hasStarted(host, backend), { everyMs: 100, limitMs: 20_000 })))
        throw new Error('sshguard did not start');
      // sshguard leaves the rule that looks into the set to the administrator. sshguard-setup(7), ipset
      if (backend === 'ipset')
        host.run(['iptables', '-I', 'INPUT', '-m', 'set', '--match-set', 'sshguard4', 'src', '-j', 'DROP']);
      await pause(500); // `tail` is there before the rest, and does not say so
      return {
        log,
        append,
        mainPid: child.pid,
        firewall,
        set,
        block: async (addresses) => append(failures(addresses, failuresToBlock)),
        chunk: 250,
      };
    },
  };
}

export const sshguardNft = makeTool('nft');
export const sshguardIpset = makeTool('ipset');
