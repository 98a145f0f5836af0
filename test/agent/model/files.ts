// A disk that forgets at a crash what was not flushed, and fails when it is told to.
import { dirname } from 'node:path';
import type { AppendFile, FileLayer } from '../../../src/system/files.ts';

interface Inode {
  data: string;
  durable: string;
}

class DiskError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`${code}: the model disk refuses`);
    this.code = code;
  }
}

const decode = (content: string | Uint8Array): string =>
  typeof content === 'string' ? content : new TextDecoder().decode(content);

export class ModelDisk {
  private names = new Map<string, Inode>();
  private durableNames = new Map<string, Inode>();
  private life = 0;
  operations = 0;
  /** The operation with this number fails; 0: none. */
  failAt = 0;
  failCode = 'ENOSPC';
  /** Every write fails while it is set. */
  full = false;
  flushes = 0;
  /** Flushes take until it resolves. */
  whileFlushing: Promise<void> | undefined;
  private readonly ignored: string;

  /** Operations on `ignored` (the log, which is not to survive anything) are not counted. */
  constructor(ignored: string) {
    this.ignored = ignored;
  }

  /** The process is killed: what the kernel was told stays. */
  kill(): void {
    this.life += 1;
  }

  /** The power fails. `torn`: so many characters of what was not flushed have reached the disk all the same. */
  crash(torn = 0): void {
    this.life += 1;
    this.names = new Map(this.durableNames);
    for (const inode of this.names.values()) {
      const unflushed = inode.data.startsWith(inode.durable) ? inode.data.slice(inode.durable.length) : '';
      inode.data = inode.durable + unflushed.slice(0, torn);
      inode.durable = inode.data;
    }
  }

  text(path: string): string | undefined {
    return this.names.get(path)?.data;
  }

  put(path: string, data: string): void {
    const inode = { data, durable: data };
    this.names.set(path, inode);
    this.durableNames.set(path, inode);
  }

  paths(): readonly string[] {
    return [...this.names.keys()];
  }

  /** A layer for one life: after a crash what was asked through it is never answered. */
  layer(): FileLayer {
    const life = this.life;
    const act = async <T>(path: string, writes: boolean, work: (fails: boolean) => T): Promise<T> => {
      await Promise.resolve();
      if (life !== this.life) return await new Promise<T>(() => undefined);
      if (path === this.ignored) return work(false);
      this.operations += 1;
      return work(this.operations === this.failAt || (this.full && writes));
    };
    const orFail = (fails: boolean): void => {
      if (fails) throw new DiskError(this.failCode);
    };
    const open = (path: string, inode: Inode): AppendFile => ({
      append: (content) =>
        act(path, true, (fails) => {
          inode.data += fails ? decode(content).slice(0, decode(content).length / 2) : decode(content);
          orFail(fails);
        }),
      flush: async () => {
        const data = inode.data;
        await this.whileFlushing;
        return await act(path, true, (fails) => {
          orFail(fails);
          this.flushes += 1;
          inode.durable = data;
        });
      },
      close: () => act(path, false, orFail),
    });
    return {
      makeFolder: (path) => act(path, false, orFail),
      read: (path) =>
        act(path, false, (fails) => {
          orFail(fails);
          const inode = this.names.get(path);
          return inode === undefined ? undefined : new TextEncoder().encode(inode.data);
        }),
      openAppend: (path) =>
        act(path, true, (fails) => {
          orFail(fails);
          const inode = this.names.get(path) ?? { data: '', durable: '' };
          this.names.set(path, inode);
          return open(path, inode);
        }),
      rename: (from, to) =>
        act(from, false, (fails) => {
          orFail(fails);
          const inode = this.names.get(from);
          if (inode === undefined) throw new DiskError('ENOENT');
          this.names.delete(from);
          this.names.set(to, inode);
        }),
      remove: (path) =>
        act(path, false, (fails) => {
          orFail(fails);
          this.names.delete(path);
        }),
      flushFolder: (path) =>
        act(path, true, (fails) => {
          orFail(fails);
          for (const name of [...this.durableNames.keys()]) if (dirname(name) === path) this.durableNames.delete(name);
          for (const [name, inode] of this.names) if (dirname(name) === path) this.durableNames.set(name, inode);
        }),
    };
  }
}
