// The little of a file system that a check looks at, so that tests can pass a model of it.
import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';

export interface FileStatus {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly uid: number;
  readonly gid: number;
  /** Permission bits with set-id and sticky bits. */
  readonly mode: number;
}

/** Reads only. Every answer is undefined where the path does not exist or may not be looked at. */
export interface HomeFiles {
  /** Of the path itself: a link is not followed. */
  getStatus(path: string): FileStatus | undefined;
  /** Where the path leads once all links are followed. */
  resolveLinks(path: string): string | undefined;
  listFolder(path: string): readonly string[] | undefined;
  readText(path: string): string | undefined;
}

/** The machine's own files. */
export function openHomeFiles(): HomeFiles {
  return {
    getStatus: (path) => attempt(() => readStatus(path)),
    resolveLinks: (path) => attempt(() => realpathSync(path)),
    listFolder: (path) => attempt(() => readdirSync(path)),
    readText: (path) => attempt(() => readFileSync(path, 'utf8')),
  };
}

function readStatus(path: string): FileStatus {
  const status = lstatSync(path);
  const { uid, gid, mode } = status;
  if (status.isFile()) return { kind: 'file', uid, gid, mode: mode & 0o7777 };
  if (status.isDirectory()) return { kind: 'folder', uid, gid, mode: mode & 0o7777 };
  return { kind: status.isSymbolicLink() ? 'link' : 'other', uid, gid, mode: mode & 0o7777 };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
