// The programs that a run needs. As root on Debian, those that are missing are installed, and none of their services starts.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watcher } from './tools/fail2ban.js';

const packageOf = {
  ip: 'iproute2',
  nft: 'nftables',
  ipset: 'ipset',
  iptables: 'iptables',
  sshguard: 'sshguard',
  'fail2ban-server': 'fail2ban',
  'fail2ban-client': 'fail2ban',
  unshare: 'util-linux',
};
const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const policy = '/usr/sbin/policy-rc.d';

function isInstalled(program) {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const missingOf = (programs) => programs.filter((program) => !isInstalled(program));

function listPackages(tools) {
  const programs = ['ip', 'nft', ...tools.flatMap((tool) => tool.programs)];
  const packages = missingOf(programs).map((program) => packageOf[program]);
  // fail2ban only recommends it, but polls without.
  if (programs.includes('fail2ban-server') && watcher() !== 'pyinotify') packages.push('python3-pyinotify');
  return [...new Set(packages)];
}

/** With the scripts that start services told not to (exit status 101), as Debian's policy has it. */
function withoutStarts(action) {
  const saved = `${policy}.riposte-bench-${process.pid}`;
  const had = existsSync(policy);
  if (had) renameSync(policy, saved);
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    action();
  } finally {
    rmSync(policy);
    if (had) renameSync(saved, policy);
  }
}

function aptGet(...words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // In a group of its own: interrupted from the keyboard, it is left to finish, so that no package is half there.
  return (
    spawnSync('setsid', ['--wait', 'apt-get', '-qq', ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] })
      .status === 0
  );
}

/**
 * Installs what is missing, if it can, and gives the tools that can run, and for the others why not.
 * Throws where nothing can be measured at all.
 */
export function prepare(tools, say) {
  if (process.platform !== 'linux') throw new Error('needs Linux');
  if (process.geteuid?.() !== 0) throw new Error('needs root: it makes network namespaces');
  const packages = listPackages(tools);
  if (packages.length > 0 && isInstalled('apt-get')) {
    say(`installing ${packages.join(' ')}; no service starts`);
    const install = () => aptGet('install', '--yes', '--no-install-recommends', ...packages);
    withoutStarts(() => install() || (aptGet('update') && install()));
  }
  const needed = missingOf(['ip', 'nft']);
  if (needed.length > 0) throw new Error(`needs ${needed.join(' and ')} (Debian: apt-get install iproute2 nftables)`);
  const runnable = tools.filter((tool) => missingOf(tool.programs).length === 0);
  const left = tools.filter((tool) => !runnable.includes(tool));
  const reasons = left.map((tool) => `${tool.title}: not here: ${missingOf(tool.programs).join(', ')}`);
  return { runnable, reasons };
}
