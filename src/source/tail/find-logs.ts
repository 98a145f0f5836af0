// Opens followed files and looks at what lies beside them.
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { longestLine } from '../split-lines.ts';
import { readBytes, readHead } from './open-log.ts';
import type { Candidate } from './resume.ts';

export interface Opened {
  readonly fd: number;
  readonly stats: Stats;
}

/** Undefined where there is no such file; throws where it cannot be opened or is not a regular file. */
export function openForReading(path: string): Opened | undefined {
  let fd: number;
  try {
    // A named pipe must not hold us up: it is refused below.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const stats = fstatSync(fd);
  if (stats.isFile()) return { fd, stats };
  closeSync(fd);
  throw new Error('not a regular file');
}

/** The path itself and all regular files beside it whose names begin with its name. What cannot be read is left out. */
export function listCandidates(path: string): Candidate[] {
  const folder = dirname(path);
  const candidates: Candidate[] = [];
  for (const name of namesIn(folder)) {
    if (!name.startsWith(basename(path))) continue;
    const candidate = lookAt(join(folder, name), name);
    if (candidate !== undefined) candidates.push(candidate);
  }
  return candidates;
}

/** Where the last line of a file begins if it is not whole, else the end of the file. Looks back 1 MiB at most. */
export function endOfWholeLines(fd: number, size: number): number {
  const from = Math.max(0, size - longestLine);
  const tail = Buffer.alloc(size - from);
  const count = readSync(fd, tail, 0, tail.length, from);
  const lastEnd = tail.lastIndexOf(10, count - 1);
  if (count === 0) return size;
  return lastEnd < 0 ? from : from + lastEnd + 1;
}

function lookAt(path: string, name: string): Candidate | undefined {
  let opened: Opened | undefined;
  try {
    opened = openForReading(path);
    if (opened === undefined) return undefined;
    const { ino, size, birthtimeMs } = opened.stats;
    const readAt = (offset: number, length: number): Buffer => readFrom(path, offset, length);
    return { name, ino, size, bornMs: birthtimeMs, head: readHead(opened.fd), readAt };
  } catch {
    return undefined;
  } finally {
    if (opened !== undefined) closeSync(opened.fd);
  }
}

function readFrom(path: string, offset: number, length: number): Buffer {
  let opened: Opened | undefined;
  try {
    opened = openForReading(path);
    return opened === undefined ? Buffer.alloc(0) : readBytes(opened.fd, offset, length);
  } catch {
    return Buffer.alloc(0);
  } finally {
    if (opened !== undefined) closeSync(opened.fd);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
