// Starts a program or a user's script: real pipes, a session of its own, and no copy of our memory.
import { closeSync, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { systemClock, type Timer } from './clock.ts';
import { type ExitStatus, makePipe, peekExit, reap, spawnProcess } from './ffi.ts';

export interface LaunchRequest {
  /** Relative paths count from `cwd`. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface Exit {
  readonly status: number | null;
  /** `SIGTERM` … */
  readonly signal: string | null;
}

export interface Launched {
  /** Also the number of its session and of its process group. */
  readonly pid: number;
  readonly stdin: Socket;
  /** The pipe behind stdin, as /proc/PID/fd shows it: `pipe:[INODE]`. */
  readonly stdinInode: bigint;
  readonly stdout: Socket;
  readonly stderr: Socket;
  /** The process has ended. Its number stays taken until `dispose`, so that signals to the group cannot go astray. */
  readonly exited: Promise<Exit>;
  /** To the whole group. Does nothing after `dispose`. */
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends what is left of the group, closes our ends of the pipes. Always to be called, this or `release`. */
  dispose(): void;
  /** Closes our ends of the pipes and leaves the group alone: its number may be another's from here on. */
  release(): void;
}

interface Child {
  readonly pid: number;
  readonly end: (exit: Exit) => void;
  ended: boolean;
  disposed: boolean;
}

/** Our children, and only ours: those of child_process are never waited for here. */
const children = new Map<number, Child>();

/**
 * Starts the program. The call blocks for the fraction of a millisecond that the kernel needs to execute it.
 * Throws SystemError: `ENOENT`, `EACCES`, `ENOEXEC`, `EMFILE` …
 */
export function launch(request: LaunchRequest): Launched {
  refuseNul(request);
  const pipes: Pipe[] = [];
  let pid: number;
  try {
    for (let n = 0; n < 3; n += 1) pipes.push(makePipe());
    pid = withScriptUmask(() => spawnWith(request, pipes));
  } catch (error) {
    for (const pipe of pipes) {
      closeSync(pipe.readEnd);
      closeSync(pipe.writeEnd);
    }
    throw error;
  }
  return connect(pid, pipes);
}

type Pipe = { readonly readEnd: number; readonly writeEnd: number };

/** What scripts get. // spec active-response §10 */
const scriptUmask = 0o022;

/**
 * The child copies our umask, which is stricter, at its start. Until it has started, a file that a thread of ours makes
 * gets the looser one: what must stay private is made with a mode of its own (0600), never left to the umask.
 */
function withScriptUmask(start: () => number): number {
  const ours = process.umask(scriptUmask);
  try {
    return start();
  } finally {
    process.umask(ours);
  }
}

function spawnWith(request: LaunchRequest, [input, output, errors]: readonly Pipe[]): number {
  return spawnProcess({
    path: request.path,
    argv: request.argv,
    env: Object.entries(request.env).map(([name, value]) => `${name}=${value}`),
    cwd: request.cwd,
    stdin: input?.readEnd ?? -1,
    stdout: output?.writeEnd ?? -1,
    stderr: errors?.writeEnd ?? -1,
  });
}

/** Closes the child's ends, and hands ours to the event loop, which makes them non-blocking. */
function connect(pid: number, [input, output, errors]: readonly Pipe[]): Launched {
  for (const fd of [input?.readEnd, output?.writeEnd, errors?.writeEnd]) if (fd !== undefined) closeSync(fd);
  const inputEnd = input?.writeEnd ?? -1;
  return watch(pid, fstatSync(inputEnd, { bigint: true }).ino, {
    stdin: new Socket({ fd: inputEnd, readable: false, writable: true }),
    stdout: new Socket({ fd: output?.readEnd ?? -1, readable: true, writable: false }),
    stderr: new Socket({ fd: errors?.readEnd ?? -1, readable: true, writable: false }),
  });
}

function watch(pid: number, stdinInode: bigint, streams: Pick<Launched, 'stdin' | 'stdout' | 'stderr'>): Launched {
  let end: (exit: Exit) => void = () => undefined;
  const exited = new Promise<Exit>((resolve) => {
    end = resolve;
  });
  const child: Child = { pid, end, ended: false, disposed: false };
  addChild(child);
  const look = (): void => lookAt(child);
  for (const stream of [streams.stdin, streams.stdout, streams.stderr]) {
    stream.on('error', () => undefined); // EPIPE: a script need not read what it is sent.
    stream.once('close', look);
  }
  const closePipes = (): void => {
    for (const stream of [streams.stdin, streams.stdout, streams.stderr]) stream.destroy();
  };
  return {
    pid,
    ...streams,
    stdinInode,
    exited,
    signal: (name) => signalGroup(child, name),
    dispose: () => {
      closePipes();
      signalGroup(child, 'SIGKILL');
      release(child);
    },
    release: () => {
      closePipes();
      release(child);
    },
  };
}

function addChild(child: Child): void {
  children.set(child.pid, child);
  if (children.size > 1) return;
  process.on('SIGCHLD', lookAtAll);
  sweep = systemClock.after(sweepMs, sweepAgain);
}

function removeChild(child: Child): void {
  children.delete(child.pid);
  if (children.size > 0) return;
  process.off('SIGCHLD', lookAtAll);
  sweep?.cancel();
}

// Signals are not delivered in a worker thread, and a listener may be removed by others: then a script's end is
// noticed late instead of never.
const sweepMs = 1000;
let sweep: Timer | undefined;

function sweepAgain(): void {
  lookAtAll();
  if (children.size > 0) sweep = systemClock.after(sweepMs, sweepAgain);
}

function lookAtAll(): void {
  for (const child of [...children.values()]) lookAt(child);
}

function lookAt(child: Child): void {
  if (child.ended) return;
  const exit = peekExit(child.pid);
  if (exit === undefined) return;
  child.ended = true;
  // Somebody else waited for it: its number may be another's by now.
  if (exit === 'not ours') child.disposed = true;
  child.end(exit === 'not ours' ? { status: null, signal: null } : nameSignal(exit));
  if (child.disposed) takeAway(child);
}

function release(child: Child): void {
  if (child.disposed) return;
  child.disposed = true;
  lookAt(child);
  if (child.ended) takeAway(child);
}

function takeAway(child: Child): void {
  if (!children.has(child.pid)) return;
  removeChild(child);
  reap(child.pid);
}

function signalGroup(child: Child, name: NodeJS.Signals): void {
  if (child.disposed) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // Nobody is left in the group.
  }
}

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

function nameSignal(exit: ExitStatus): Exit {
  return {
    status: exit.status,
    signal: exit.signal === null ? null : (signalNames.get(exit.signal) ?? `signal ${exit.signal}`),
  };
}

/** A NUL would cut the text short where the C library reads it. */
function refuseNul(request: LaunchRequest): void {
  const texts = [request.path, request.cwd, ...request.argv, ...Object.entries(request.env).flat()];
  if (!texts.some((text) => text.includes('\0'))) return;
  throw Object.assign(new Error('a NUL character in the arguments'), { code: 'ERR_INVALID_ARG_VALUE' });
}
