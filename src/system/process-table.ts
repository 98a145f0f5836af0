// Names processes beyond doubt, and ends groups that an earlier life of ours left behind.
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from './clock.ts';

/** Names one process beyond doubt, also after a restart: a pid alone may have been given to another. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks after boot. */
  readonly startTime: number;
  readonly bootId: string;
}

/** What became of processes that an earlier life of ours started, each the leader of its group. */
export interface SystemProcessTable {
  /** All three of pid, start time and boot id match, and the process, or others that it left in its group, run. */
  isAlive(process: ProcessIdentity): Promise<boolean>;
  /** TERM, then KILL to its process group; resolves when it is gone. Does nothing where isAlive says no. */
  endGroup(process: ProcessIdentity): Promise<void>;
}

export interface ProcessStat {
  /** `R`, `S`, `T`, `Z` … */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks after boot. */
  readonly startTime: number;
}

/** The text of /proc/PID/stat. The second field, the name, may hold blanks and brackets: fields count from its end. */
export function parseStat(text: string): ProcessStat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, session] = fields;
  // Field 22, where the state is field 3.
  const startTime = fields[19];
  if (state === undefined || startTime === undefined) return undefined;
  return {
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTime: Number(startTime),
  };
}

/** Undefined where there is no such process. */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

let bootId: string | undefined;

export function readBootId(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootId;
}

/** The identity of a process that is there (a zombie counts); undefined where it is not. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat === undefined ? undefined : { pid, startTime: stat.startTime, bootId: readBootId() };
}

/** Whether this very process still exists, be it as a zombie. */
export function isSame(process: ProcessIdentity): boolean {
  return process.bootId === readBootId() && readStat(process.pid)?.startTime === process.startTime;
}

/** The processes of a group that run; zombies are left out. */
export function membersOf(group: number): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const stat = readStat(pid);
    return stat?.group === group && !isGone(stat);
  });
}

function isGone(stat: ProcessStat): boolean {
  return stat.state === 'Z' || stat.state === 'X';
}

const termGraceMs = 2000;
const killGraceMs = 2000;
const pollMs = 20;

export function createProcessTable(clock: Clock): SystemProcessTable {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));

  async function waitUntilEmpty(group: number, forMs: number): Promise<boolean> {
    const until = clock.ticksMs() + forMs;
    while ((await runningMembers(group)).length > 0) {
      if (clock.ticksMs() >= until) return false;
      await wait(pollMs);
    }
    return true;
  }

  return {
    isAlive: async (process) => isAlive(process),
    endGroup: async (process) => {
      if (!isAlive(process)) return;
      signalGroup(process.pid, 'SIGTERM');
      if (await waitUntilEmpty(process.pid, termGraceMs)) return;
      // The leader may be gone by now, but as long as its group has a member, nobody else can be given the number.
      signalGroup(process.pid, 'SIGKILL');
      await waitUntilEmpty(process.pid, killGraceMs);
    },
  };
}

/**
 * The leader matches and runs, or it has ended and others of its group and session, started no earlier than it, have not.
 */
function isAlive(process: ProcessIdentity): boolean {
  if (process.bootId !== readBootId()) return false;
  const leader = readStat(process.pid);
  if (leader !== undefined && leader.startTime !== process.startTime) return false;
  if (leader !== undefined && !isGone(leader)) return true;
  return membersOf(process.pid).some((pid) => {
    const stat = readStat(pid);
    return stat !== undefined && stat.session === process.pid && stat.startTime >= process.startTime;
  });
}

/** As membersOf, without holding up the event loop. */
export async function runningMembers(group: number): Promise<readonly number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')));
  return names.map(Number).filter((_pid, index) => {
    const stat = parseStat(texts[index] ?? '');
    return stat?.group === group && !isGone(stat);
  });
}

function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended by itself.
  }
}
