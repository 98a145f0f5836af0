// The one door to files that must survive a crash. Tests put a layer here that forgets what was not flushed.
import { close, constants, fdatasync, open, writeSync } from 'node:fs';
import { mkdir, open as openHandle, readFile, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';

const openFile = promisify(open);
const flushData = promisify(fdatasync);
const closeFile = promisify(close);

/** A file that is only ever added to. */
export interface AppendFile {
  /** Writes all of it at the end, or rejects; part of it may then be there. */
  append(content: string | Uint8Array): Promise<void>;
  /** Resolves when everything appended is on the disk (fdatasync). */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface FileLayer {
  /** Makes the folder and those above it, mode 0700 where new. */
  makeFolder(path: string): Promise<void>;
  /** The bytes of a file, or undefined where it does not exist. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Opens for adding; made with `mode` (0600) where it does not exist. A symbolic link is refused. */
  openAppend(path: string, mode?: number): Promise<AppendFile>;
  rename(from: string, to: string): Promise<void>;
  /** Does nothing where the file does not exist. */
  remove(path: string): Promise<void>;
  /** Makes names that were made, renamed or removed in the folder last. */
  flushFolder(path: string): Promise<void>;
}

const appendFlags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** By its descriptor: a FileHandle of Node's costs more than the call itself, and an attack waits for the journal. */
function appendFile(fd: number): AppendFile {
  return {
    append: (content) => writeAll(fd, typeof content === 'string' ? Buffer.from(content) : content),
    flush: () => flushData(fd),
    close: () => closeFile(fd),
  };
}

/** At once: the kernel takes it into memory sooner than another thread would be woken. It is the flush that takes time. */
async function writeAll(fd: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

export const systemFiles: FileLayer = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  read: async (path) => {
    try {
      return await readFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  openAppend: async (path, mode = 0o600) => appendFile(await openFile(path, appendFlags, mode)),
  rename,
  remove: (path) => rm(path, { force: true }),
  flushFolder: async (path) => {
    const folder = await openHandle(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};
