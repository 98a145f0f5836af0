// Sees that a process group can do nothing more until its input is closed.
import { readdir, readFile, readlink } from 'node:fs/promises';
import { runningMembers } from './process-table.ts';

interface Calls {
  readonly reads: readonly number[];
  readonly waits: readonly number[];
}

/** Numbers of read, readv and of wait4, waitid. */
const callsOf: Readonly<Record<string, Calls>> = {
  x64: { reads: [0, 19], waits: [61, 247] },
  arm64: { reads: [63, 65], waits: [260, 95] },
};

/** What a process with a single thread sleeps in. */
type Sleep = { readonly in: 'read'; readonly pipe: bigint } | { readonly in: 'wait' } | { readonly in: 'other' };

/**
 * Whether every process of the group has one thread, which reads from an empty pipe or waits for a child, and at least
 * one reads the given pipe. Then none of them goes on before something comes, or ends, on that pipe.
 * False where it cannot be told: another architecture, no right to read /proc/PID/syscall.
 */
export async function isStuckReading(group: number, pipeInode: bigint): Promise<boolean> {
  const calls = callsOf[process.arch];
  if (calls === undefined) return false;
  const sleeps = await Promise.all((await runningMembers(group)).map((pid) => readSleep(pid, calls)));
  return (
    sleeps.every((sleep) => sleep.in !== 'other') &&
    sleeps.some((sleep) => sleep.in === 'read' && sleep.pipe === pipeInode)
  );
}

async function readSleep(pid: number, calls: Calls): Promise<Sleep> {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    if (threads.length !== 1) return { in: 'other' };
    const call = parseSyscall(await readFile(`/proc/${pid}/syscall`, 'utf8'));
    if (call === undefined) return { in: 'other' };
    if (calls.waits.includes(call.number)) return { in: 'wait' };
    if (!calls.reads.includes(call.number)) return { in: 'other' };
    const pipe = /^pipe:\[(\d+)\]$/.exec(await readlink(`/proc/${pid}/fd/${call.firstArgument}`))?.[1];
    return pipe === undefined ? { in: 'other' } : { in: 'read', pipe: BigInt(pipe) };
  } catch {
    return { in: 'other' };
  }
}

/** `0 0x3 0x7ffd… …`: number and arguments; `running` where it does not sleep. */
export function parseSyscall(text: string): { readonly number: number; readonly firstArgument: number } | undefined {
  const [number, first] = text.trim().split(' ');
  if (number === undefined || first === undefined || !/^\d+$/.test(number)) return undefined;
  return { number: Number(number), firstArgument: Number(first) };
}
