// One service per home: an exclusive lock that a crash releases.
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { lockFile } from './ffi.ts';

export type LockResult =
  | { readonly held: true; release(): void }
  /** Somebody else has it: the pid that is written there, undefined where none can be read. */
  | { readonly held: false; readonly holder: number | undefined };

/**
 * Takes the lock, or says who has it; never waits. The folder must exist.
 * The file stays when the lock is released: were it removed, two could hold "the" lock on two files of one name.
 * Throws what opening the file throws (`EACCES`, `ENOENT`).
 */
export function takeLock(path: string): LockResult {
  // Node opens close-on-exec, so that no script inherits the lock and keeps it.
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    if (!lockFile(fd)) {
      const holder = readHolder(path);
      closeSync(fd);
      return { held: false, holder };
    }
    if (!isStillThere(fd, path)) {
      // Somebody removed or replaced the file between our opening and our locking it.
      closeSync(fd);
      return takeLock(path);
    }
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`, 0);
  } catch (error) {
    closeQuietly(fd);
    throw error;
  }
  let released = false;
  return {
    held: true,
    release: () => {
      if (released) return;
      released = true;
      ftruncateSync(fd);
      closeSync(fd);
    },
  };
}

/** The pid in the lock file. It says who held the lock last, not that it is held. */
export function readHolder(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

function isStillThere(fd: number, path: string): boolean {
  const ours = fstatSync(fd, { bigint: true });
  const named = statSync(path, { bigint: true, throwIfNoEntry: false });
  return named !== undefined && named.ino === ours.ino && named.dev === ours.dev;
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // Closed already.
  }
}
