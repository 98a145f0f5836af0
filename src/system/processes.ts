// The one door to the machine: runs the system's own programs. Scripts of the user are started by launch.ts.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { HelperProcess, Host, RunOptions, RunResult } from '../respond/contract.ts';
import { systemClock } from './clock.ts';

type Argv = readonly [string, ...string[]];
type Child = ChildProcessByStdio<Writable, Readable, Readable>;

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
  return { run: runProgram, startHelper, readFile: readText, after: systemClock.after };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Starts a program in a session of its own, so that its whole group can be ended. */
function start(path: string, argv: Argv): Child {
  return spawn(path, argv.slice(1), {
    argv0: argv[0],
    cwd: '/',
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

function signalGroup(child: Child, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

function runProgram(argv: Argv, options: RunOptions): Promise<RunResult> {
  const path = findProgram(argv[0]);
  if (path === undefined) return Promise.resolve(notStarted('ENOENT'));
  let child: Child;
  try {
    child = start(path, argv);
  } catch (error) {
    // An argument with a NUL character, for example, is thrown instead of reported.
    return Promise.resolve(notStarted(codeOf(error)));
  }
  return watch(child, options);
}

function watch(child: Child, options: RunOptions): Promise<RunResult> {
  return new Promise((resolve) => {
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    let timedOut = false;
    let error: string | undefined;
    let timer = systemClock.after(options.timeoutMs, () => {
      timedOut = true;
      signalGroup(child, 'SIGTERM');
      timer = systemClock.after(killGraceMs, () => signalGroup(child, 'SIGKILL'));
    });
    const finish = (status: number | null, signal: string | null): void => {
      timer.cancel();
      resolve({ status, signal, stdout: stdout(), stderr: stderr(), timedOut, error });
    };
    child.once('error', (failure) => {
      // Also emitted where a signal could not be sent; only a program without pid was never started.
      if (child.pid !== undefined) return;
      error = codeOf(failure);
      finish(null, null);
    });
    child.once('exit', () => {
      timer.cancel();
      timer = systemClock.after(pipeGraceMs, () => {
        // Somebody in the group still holds the pipes.
        signalGroup(child, 'SIGKILL');
        child.stdout.destroy();
        child.stderr.destroy();
      });
    });
    child.once('close', finish);
    // A program that does not read its input closes the pipe: not an error of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
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

function startHelper(argv: Argv): HelperProcess {
  const path = findProgram(argv[0]);
  if (path === undefined) return absentHelper(`${argv[0]}: not found in ${programFolders.join(', ')}`);
  try {
    return helperOf(start(path, argv), argv[0]);
  } catch (error) {
    return absentHelper(`${argv[0]}: ${codeOf(error)}`);
  }
}

function helperOf(child: Child, name: string): HelperProcess {
  let ended: string | undefined;
  const listeners: ((reason: string) => void)[] = [];
  const end = (reason: string): void => {
    if (ended !== undefined) return;
    ended = reason;
    for (const listener of listeners.splice(0)) listener(reason);
  };
  child.once('error', (failure) => {
    if (child.pid === undefined) end(`${name}: ${codeOf(failure)}`);
  });
  child.once('exit', (status, signal) => end(`${name} ended with ${signal ?? `status ${status}`}`));
  child.stdin.on('error', () => undefined);
  return {
    pid: child.pid ?? 0,
    write: (text) => {
      child.stdin.write(text);
    },
    onStdout: (listener) => listen(child.stdout, listener),
    onStderr: (listener) => listen(child.stderr, listener),
    onExit: (listener) => {
      if (ended === undefined) listeners.push(listener);
      else queueMicrotask(() => listener(ended ?? ''));
    },
    kill: () => {
      if (ended === undefined) signalGroup(child, 'SIGKILL');
    },
  };
}

function listen(stream: Readable, listener: (chunk: string) => void): void {
  const decoder = new StringDecoder('utf8');
  stream.on('data', (chunk: Buffer) => listener(decoder.write(chunk)));
}

function absentHelper(reason: string): HelperProcess {
  const nothing = (): void => undefined;
  return {
    pid: 0,
    write: nothing,
    onStdout: nothing,
    onStderr: nothing,
    onExit: (listener) => queueMicrotask(() => listener(reason)),
    kill: nothing,
  };
}

function notStarted(error: string): RunResult {
  return { status: null, signal: null, stdout: '', stderr: '', timedOut: false, error };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
}
