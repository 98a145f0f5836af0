// Tells when a path or an open file may have changed: by inotify, or, where there is none, by asking often.
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** A watch on one file that is open, whatever name it has by now. Undefined where the system refuses (no inotify watches left, no /proc). */
export function watchOpenFile(fd: number, onChange: () => void): FSWatcher | undefined {
  return tryWatch(`/proc/self/fd/${fd}`, onChange);
}

/** A watch on the folder of a path: creations, renames and removals there of that very name. */
export class FolderWatch {
  private readonly folder: string;
  private readonly name: string;
  private readonly onChange: () => void;
  private watcher: FSWatcher | undefined;
  private ino = 0;

  constructor(path: string, onChange: () => void) {
    this.folder = dirname(path);
    this.name = basename(path);
    this.onChange = onChange;
  }

  /** Begins to watch, or begins anew where the folder has been replaced. False: there is no folder, or it cannot be watched. */
  renew(): boolean {
    const ino = inodeOf(this.folder);
    if (ino === this.ino && this.watcher !== undefined) return true;
    this.close();
    if (ino === undefined) return false;
    this.watcher = tryWatch(this.folder, (event, name) => {
      // Bytes added to a file are told by the watch on the file.
      if (event === 'rename' && (name === null || name === this.name)) this.onChange();
    });
    this.ino = ino;
    return this.watcher !== undefined;
  }

  close(): void {
    this.watcher?.close();
    this.watcher = undefined;
  }
}

function tryWatch(path: string, onChange: (event: string, name: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: true }, onChange);
    // The safety poll goes on where a watch dies.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
