// What logs with a file for each day ask of a disk, call by call: tests put one here that dies between two of them.
import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  constants,
  createReadStream,
  createWriteStream,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

export interface Digests {
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

export interface Content extends Digests {
  readonly bytes: number;
}

/** The way in which a file is made like another one: who may read it. */
export type Likeness = Pick<Stats, 'mode' | 'uid' | 'gid'>;

export interface LogDisk {
  /** Of the name itself, not of what a symbolic link leads to. */
  stat(path: string): Stats | undefined;
  /** Names in a folder; none where there is no such folder. */
  list(folder: string): readonly string[];
  /** One folder, with the owner of the one above it; mode 0750. */
  makeFolder(path: string): void;
  /** A descriptor to append to. The file is made where it does not exist, like the other one, or with mode 0640. */
  openAppend(path: string, like: Likeness | undefined): number;
  write(descriptor: number, bytes: Buffer): number;
  close(descriptor: number): void;
  /** Cuts off what comes after the last newline: the start of a line whose rest was lost. */
  cutUnfinishedLine(path: string): void;
  link(from: string, to: string): void;
  rename(from: string, to: string): void;
  /** Does nothing where there is no such file. */
  remove(path: string): void;
  /** Writes a compressed copy, flushed to the disk, and tells what was in the original. */
  compress(from: string, to: string, signal: AbortSignal): Promise<Content>;
  /** What a file has in it; of a compressed one, what it was made from. */
  read(path: string, isCompressed: boolean, signal: AbortSignal): Promise<Content>;
  /** Writes a small file anew, like another one, flushed to the disk. */
  writeWhole(path: string, text: string, like: Likeness): Promise<void>;
  /** Makes names that were made, renamed or removed in the folder last. */
  flushFolder(path: string): Promise<void>;
}

const newMode = 0o640;
const permissions = 0o777;
const newline = 0x0a;

export const systemLogDisk: LogDisk = {
  stat: (path) => lstatSync(path, { throwIfNoEntry: false }),
  list: (folder) => {
    try {
      return readdirSync(folder);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
      throw error;
    }
  },
  makeFolder,
  openAppend,
  write: (descriptor, bytes) => writeSync(descriptor, bytes),
  close: closeSync,
  cutUnfinishedLine,
  link: linkSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  compress,
  read: async (path, isCompressed, signal) => {
    const counter = new Counter();
    const nowhere = new Transform({ transform: (_chunk, _encoding, done) => done() }).resume();
    if (isCompressed) await pipeline(createReadStream(path), createGunzip(), counter, nowhere, { signal });
    else await pipeline(createReadStream(path), counter, nowhere, { signal });
    return counter.content();
  },
  writeWhole: async (path, text, like) => {
    const file = await open(path, 'w', like.mode & permissions);
    try {
      makeLike(file.fd, like);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  flushFolder: async (path) => {
    const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

export function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? '') : '';
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, 0o750);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    throw error;
  }
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    makeLike(folder, { ...lstatSync(dirname(path)), mode: 0o750 });
  } finally {
    closeSync(folder);
  }
}

function makeLike(descriptor: number, { mode, uid, gid }: Likeness): void {
  const own = fstatSync(descriptor);
  if (own.uid !== uid || own.gid !== gid) asFarAsPermitted(() => fchownSync(descriptor, uid, gid));
  if (((own.mode ^ mode) & permissions) !== 0) asFarAsPermitted(() => fchmodSync(descriptor, mode & permissions));
}

function asFarAsPermitted(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

function openAppend(path: string, like: Likeness | undefined): number {
  const isNew = lstatSync(path, { throwIfNoEntry: false }) === undefined;
  const descriptor = openSync(path, 'a', newMode);
  try {
    if (isNew && like !== undefined) makeLike(descriptor, like);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}

function cutUnfinishedLine(path: string): void {
  const descriptor = openSync(path, constants.O_RDWR);
  try {
    const { size } = fstatSync(descriptor);
    const piece = Buffer.allocUnsafe(64 * 1024);
    let end = size;
    while (end > 0) {
      const start = Math.max(0, end - piece.length);
      const count = readSync(descriptor, piece, 0, end - start, start);
      const last = piece.subarray(0, count).lastIndexOf(newline);
      if (last >= 0) {
        end = start + last + 1;
        break;
      }
      end = start;
    }
    if (end < size) ftruncateSync(descriptor, end);
  } finally {
    closeSync(descriptor);
  }
}

async function compress(from: string, to: string, signal: AbortSignal): Promise<Content> {
  const { mode, uid, gid } = lstatSync(from);
  const descriptor = openSync(to, 'w', mode & permissions);
  try {
    makeLike(descriptor, { mode, uid, gid });
  } finally {
    closeSync(descriptor);
  }
  const counter = new Counter();
  await pipeline(createReadStream(from), counter, createGzip(), createWriteStream(to, { flush: true }), { signal });
  return counter.content();
}

/** Lets bytes through, and counts and digests them. Three digests of 64 KiB take a quarter of a millisecond: the event loop goes on between chunks. */
class Counter extends Transform {
  private readonly hashes: Record<keyof Digests, Hash> = {
    md5: createHash('md5'),
    sha1: createHash('sha1'),
    sha256: createHash('sha256'),
  };
  private bytes = 0;

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    for (const hash of Object.values(this.hashes)) hash.update(chunk);
    this.bytes += chunk.length;
    done(null, chunk);
  }

  content(): Content {
    const { md5, sha1, sha256 } = this.hashes;
    return { md5: md5.digest('hex'), sha1: sha1.digest('hex'), sha256: sha256.digest('hex'), bytes: this.bytes };
  }
}
