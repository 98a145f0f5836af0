// The one door to the machine: runs the system's own programs, talks to its firewall.
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Host, RunOptions, RunResult } from '../respond/contract.ts';
import { changeFile } from './change-file.ts';
import { systemClock } from './clock.ts';
import { type Exit, type Launched, launch } from './launch.ts';
import { openNetfilter } from './netfilter-socket.ts';

type Argv = readonly [string, ...string[]];

/** Where programs are looked up, first hit wins. PATH is never asked: whoever starts us must not choose what root runs. */
export const programFolders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'] as const;

const environment = { PATH: programFolders.join(':'), LC_ALL: 'C' };

/** Characters kept of each output; a listing of 50,000 blocked addresses as JSON is about 8 million. */
const longestOutput = 64 * 1024 * 1024;

/** After TERM, until KILL. */
const killGraceMs = 2000;

/** After the program's end, until pipes that a grandchild still holds are no longer waited for. */
const pipeGraceMs = 200;

/** The path of a program, or undefined where none of the standard folders has it. Only a bare name is looked up. */
export function findProgram(name: string): string | undefined {
  if (!/^[^/\0]+$/.test(name) || name === '.' || name === '..') return undefined;
  for (const folder of programFolders) {
    const path = `${folder}/${name}`;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}

/** The real machine. */
export function createSystemHost(): Host {
  return {
    run: runProgram,
    post,
    openNetfilter,
    readFile: readText,
    changeFile: (path, mode, change) => changeFile({ path, mode, change, makeLike }),
    after: systemClock.after,
  };
}

async function post(url: URL, json: string, timeoutMs: number): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: json,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  return response.status;
}

/** Labels and access lists too, which only cp knows to copy. */
async function makeLike(from: string, to: string): Promise<void> {
  const argv = ['cp', '--attributes-only', '--preserve=all', '--', from, to] as const;
  const { status, stderr, error } = await runProgram(argv, { timeoutMs: 10_000 });
  if (status !== 0) throw new Error(`cp: ${error ?? stderr.trim()}`);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** In a session of its own, so that its whole group can be ended. Throws where it cannot be started. */
function start(path: string, argv: Argv): Launched {
  return launch({ path, argv, cwd: '/', env: environment });
}

/**
 * Starts a program of the system that runs on; the caller reads its output and disposes of it. A text says why it cannot be started. Only a bare name is
 * looked up.
 */
export function startProgram(name: string, args: readonly string[]): Launched | string {
  const path = findProgram(name);
  if (path === undefined) return `${name} is not installed`;
  try {
    return start(path, [name, ...args]);
  } catch (error) {
    return `${name} cannot be started: ${codeOf(error)}`;
  }
}

async function runProgram(argv: Argv, options: RunOptions): Promise<RunResult> {
  const path = findProgram(argv[0]);
  if (path === undefined) return notStarted('ENOENT');
  try {
    return await runToEnd(start(path, argv), options);
  } catch (error) {
    // An argument with a NUL character, for example.
    return notStarted(codeOf(error));
  }
}

async function runToEnd(program: Launched, options: RunOptions): Promise<RunResult> {
  const stdout = collect(program.stdout);
  const stderr = collect(program.stderr);
  const closed = Promise.all([program.stdout, program.stderr].map(untilClosed));
  program.stdin.end(options.stdin ?? '');
  const { exit, timedOut } = await untilEnded(program, options.timeoutMs);
  if (await isWithin(pipeGraceMs, closed)) program.release();
  // Somebody in the group still holds the pipes.
  else program.dispose();
  await closed;
  return { ...exit, stdout: stdout(), stderr: stderr(), timedOut, error: undefined };
}

/** After its time the group gets TERM, then KILL. */
async function untilEnded(program: Launched, timeoutMs: number): Promise<{ exit: Exit; timedOut: boolean }> {
  let timedOut = false;
  let timer = systemClock.after(timeoutMs, () => {
    timedOut = true;
    program.signal('SIGTERM');
    timer = systemClock.after(killGraceMs, () => program.signal('SIGKILL'));
  });
  const exit = await program.exited;
  timer.cancel();
  return { exit, timedOut };
}

function untilClosed(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once('close', () => resolve()));
}

function isWithin(ms: number, event: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = systemClock.after(ms, () => resolve(false));
    void event.then(() => {
      timer.cancel();
      resolve(true);
    });
  });
}

/** Collects a bounded text; what exceeds the bound is read and dropped, so that the program does not block. */
function collect(stream: Readable): () => string {
  const chunks: string[] = [];
  let length = 0;
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const kept = chunk.slice(0, longestOutput - length);
    length += kept.length;
    if (kept !== '') chunks.push(kept);
  });
  return () => chunks.join('');
}

function notStarted(error: string): RunResult {
  return { status: null, signal: null, stdout: '', stderr: '', timedOut: false, error };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
}
