// A model of a file system for the tests of a check.
import { posix } from 'node:path';
import type { FileStatus, HomeFiles } from '../../src/config/home-files.ts';

export interface ModelEntry {
  readonly text?: string;
  readonly link?: string;
  readonly folder?: boolean;
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
}

/** Folders above an entry exist, belong to root and have mode 755 unless given. */
export function createModelFiles(entries: Readonly<Record<string, ModelEntry>>): HomeFiles {
  const all = new Map(Object.entries(entries));
  for (const path of Object.keys(entries)) {
    for (let folder = posix.dirname(path); !all.has(folder); folder = posix.dirname(folder)) {
      all.set(folder, { folder: true });
    }
  }
  const resolveLinks = (path: string): string | undefined => {
    const entry = all.get(path);
    return entry?.link === undefined ? entry && path : resolveLinks(entry.link);
  };
  return {
    resolveLinks,
    getStatus: (path) => describe(all.get(path)),
    listFolder: (path) =>
      all.get(path)?.folder
        ? [...all.keys()].filter((key) => key !== path && posix.dirname(key) === path).map((key) => posix.basename(key))
        : undefined,
    readText: (path) => all.get(resolveLinks(path) ?? path)?.text,
  };
}

function describe(entry: ModelEntry | undefined): FileStatus | undefined {
  if (entry === undefined) return undefined;
  const kind = entry.link === undefined ? (entry.folder ? 'folder' : 'file') : 'link';
  return { kind, uid: entry.uid ?? 0, gid: entry.gid ?? 0, mode: entry.mode ?? (kind === 'file' ? 0o750 : 0o755) };
}
