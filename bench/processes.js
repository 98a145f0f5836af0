// CPU and memory of everything that runs in a network namespace, as the kernel counts it.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sum } from './statistics.js';

const ticksPerSecond = 100; // USER_HZ, the same on every Linux

function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // It has ended meanwhile.
  }
}

function namespaceOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

/** Pids whose network namespace has this inode. */
export function processesIn(inode) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => namespaceOf(pid) === `net:[${inode}]`);
}

/** Of these processes and of their children that have ended, seconds. */
export function cpuSeconds(pids) {
  const ticks = pids.map((pid) => {
    const fields = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
    return sum(fields.slice(11, 15).map(Number)); // utime, stime, cutime, cstime
  });
  return sum(ticks) / ticksPerSecond;
}

/** The sum of PSS, in MiB. */
export function pssMiB(pids) {
  return sum(pids.map((pid) => Number(/^Pss:\s+(\d+)/m.exec(readProc(pid, 'smaps_rollup'))?.[1] ?? 0))) / 1024;
}

/** Resident set of one process, in MiB. */
export function rssMiB(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readProc(pid, 'status'))?.[1] ?? 0) / 1024;
}

/** Sends a signal to each that is still there. */
export function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended by itself.
    }
  }
}
