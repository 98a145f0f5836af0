// Rewrites a file of the system as one step: others see it as it was, or as it is after.
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from './clock.ts';

/** What the new text stands in until it takes the place of the old one. Who has made it has the file for himself. */
const suffix = '.riposte-new';
const waitMs = 10;
const longestWaitMs = 10_000;
/** Whoever made it is dead. */
const staleMs = 30_000;

export interface FileChange {
  readonly path: string;
  /** Gets the text, undefined where there is no file, and gives the new one; undefined: leave it; null: remove it. */
  readonly change: (text: string | undefined) => string | null | undefined;
  /** Of a file that is made. */
  readonly mode: number;
  /** Gives a file the owner, the mode, the labels and the access lists of another. Rejects where it cannot. */
  readonly makeLike: (from: string, to: string) => Promise<void>;
}

/**
 * Text is bytes, one character each. Symbolic links are followed. Whoever else changes the file through this function, in whatever process, waits. Rejects
 * with what the system says; the file is then as it was.
 */
export async function changeFile({ path, change, mode, makeLike }: FileChange): Promise<void> {
  const real = resolveLinks(path);
  const next = real + suffix;
  const fd = await takeTurn(next);
  let isDone = false;
  try {
    const before = readText(real);
    const after = change(before);
    if (after === undefined || after === before) return;
    if (after === null) {
      rmSync(real, { force: true });
      flushFolder(real);
      return;
    }
    writeAll(fd, after);
    if (before === undefined) fchmodSync(fd, mode);
    else await makeLike(real, next);
    fsyncSync(fd);
    isDone = takePlace(next, real, after);
    flushFolder(real);
  } finally {
    closeSync(fd);
    if (!isDone) rmSync(next, { force: true });
  }
}

/** False where the file is a mount point, as in containers: it is then written as it stands. */
function takePlace(next: string, real: string, text: string): boolean {
  try {
    renameSync(next, real);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EBUSY') throw error;
  }
  const fd = openSync(real, 'r+');
  try {
    writeAll(fd, text);
    ftruncateSync(fd, text.length);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return false;
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at);
}

async function takeTurn(next: string): Promise<number> {
  const endMs = systemClock.ticksMs() + longestWaitMs;
  for (;;) {
    try {
      return openSync(next, 'wx', 0o600);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      removeStale(next);
      if (systemClock.ticksMs() > endMs) throw error;
      await new Promise<void>((go) => systemClock.after(waitMs, go));
    }
  }
}

function removeStale(next: string): void {
  const age = statSync(next, { throwIfNoEntry: false })?.ctimeMs;
  if (age !== undefined && systemClock.nowMs() - age > staleMs) rmSync(next, { force: true });
}

function resolveLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function flushFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    if (fstatSync(folder).isDirectory()) fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? '') : '';
}
