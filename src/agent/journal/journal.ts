// The endpoint's journal: a file that is only added to, flushed for many records at once, written anew when it has grown.
import { dirname } from 'node:path';
import { errorText } from '../../alert/error-text.ts';
import type { AppendFile, FileLayer } from '../../system/files.ts';
import { type DecodedJournal, decodeJournal, encodeRecord, type JournalRecord } from './records.ts';

/** The journal cannot be read or written. The message names the file and the reason. */
export class JournalError extends Error {
  /** The system's word for it: `ENOSPC`. */
  readonly code: string | undefined;

  constructor(path: string, doing: string, cause: unknown) {
    super(`journal ${path} cannot be ${doing}: ${errorText(cause)}`, { cause });
    this.code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  }
}

/** All who ask between two flushes wait for the same one. */
interface Round {
  readonly settled: Promise<JournalError | undefined>;
  readonly end: (failure: JournalError | undefined) => void;
}

function createRound(): Round {
  let end: Round['end'] = () => undefined;
  const settled = new Promise<JournalError | undefined>((resolve) => {
    end = resolve;
  });
  return { settled, end };
}

const onDisk: Promise<undefined> = Promise.resolve(undefined);

/** Bytes below which the file is left to grow. */
const smallestRewrite = 4 * 1024 * 1024;

/**
 * Whoever appends has changed memory before, in the same tick; `snapshot` gives that memory as records. So a failed
 * write loses nothing: the next flush writes the whole file anew, with what failed in it.
 */
export class Journal {
  private readonly files: FileLayer;
  private readonly path: string;
  private readonly snapshot: () => readonly JournalRecord[];
  private file: AppendFile | undefined;
  /** A file that was not read is never written over. */
  private open = false;
  private size = 0;
  private rewriteAt = smallestRewrite;
  private pending: string[] = [];
  /** Bytes have been added that no flush has begun for. */
  private isUnflushed = false;
  private isFlushing = false;
  private besideFlush: Promise<void> | undefined;
  private besideFailure: unknown;
  private round: Round | undefined;
  private working: Promise<void> | undefined;
  private failure: JournalError | undefined;
  private bytes: Uint8Array | undefined;
  private aside: { readonly path: string; readonly bytes: Uint8Array } | undefined;
  private readonly onTurn: (failure: JournalError | undefined) => void;

  /** `onTurn` hears when writing begins to fail, and (undefined) when it is possible again. */
  constructor(
    files: FileLayer,
    path: string,
    snapshot: () => readonly JournalRecord[],
    onTurn: (failure: JournalError | undefined) => void,
  ) {
    this.files = files;
    this.path = path;
    this.snapshot = snapshot;
    this.onTurn = onTurn;
  }

  /** Why the last write failed; undefined while all is well. */
  get failed(): JournalError | undefined {
    return this.failure;
  }

  /** Reads what an earlier life left. Rejects with JournalError where the file is there and cannot be read. */
  async read(): Promise<DecodedJournal> {
    try {
      await this.files.makeFolder(dirname(this.path));
      this.bytes = await this.files.read(this.path);
      this.open = true;
      return this.bytes === undefined ? { records: [], damaged: 0, headless: false } : decodeJournal(this.bytes);
    } catch (error) {
      throw new JournalError(this.path, 'read', error);
    }
  }

  /** Before the journal is written anew, it is put into a file beside as it was found, byte by byte. Returns its path. */
  setAside(nowMs: number): string {
    const path = `${this.path}.damaged-${Math.round(nowMs)}`;
    this.aside = { path, bytes: this.bytes ?? new Uint8Array() };
    return path;
  }

  /** Returns at once; the record is on its way to the disk. */
  append(record: JournalRecord): void {
    this.pending.push(encodeRecord(record));
    this.work();
  }

  /** Resolves when everything appended so far is on the disk, or to why it could not be written. Never rejects. */
  settled(): Promise<JournalError | undefined> {
    if (this.working === undefined && this.file !== undefined && this.failure === undefined) return onDisk;
    this.round ??= createRound();
    this.work();
    return this.round.settled;
  }

  /** The same; rejects with JournalError where it could not be written. */
  async flushed(): Promise<void> {
    const failure = await this.settled();
    if (failure !== undefined) throw failure;
  }

  async close(): Promise<void> {
    await this.working;
    this.open = false;
    await this.file?.close().catch(() => undefined);
    this.file = undefined;
  }

  /** A microtask later, so that all records of one tick share a write and a flush. */
  private work(): void {
    if (this.working === undefined) this.working = Promise.resolve().then(() => this.drain());
    else if (this.isFlushing) queueMicrotask(() => this.appendBesideFlush());
  }

  /** What only this process knows is gone when it is killed, and the machine may be changed before the flush has ended: the kernel is told at once. */
  private appendBesideFlush(): void {
    const { file } = this;
    if (!this.isFlushing || file === undefined || this.besideFlush !== undefined) return;
    this.besideFlush = this.appendPending(file)
      .catch((error: unknown) => {
        this.besideFailure = error;
      })
      .finally(() => {
        this.besideFlush = undefined;
      });
  }

  private async drain(): Promise<void> {
    while (this.pending.length > 0 || this.isUnflushed || this.round !== undefined) {
      const { round } = this;
      this.round = undefined;
      try {
        await this.write();
        this.turn(undefined);
      } catch (error) {
        // Memory has what was pending; the next attempt writes all of it.
        this.pending = [];
        this.isUnflushed = false;
        this.besideFailure = undefined;
        this.turn(new JournalError(this.path, 'written', error));
      }
      round?.end(this.failure);
    }
    // In the same tick as the last look: what is appended later starts anew.
    this.working = undefined;
  }

  private turn(failure: JournalError | undefined): void {
    const turned = (failure === undefined) !== (this.failure === undefined);
    this.failure = failure;
    if (turned) this.onTurn(failure);
  }

  private async write(): Promise<void> {
    if (!this.open) throw new Error('it is not open');
    if (this.file === undefined || this.failure !== undefined) return await this.rewrite();
    if (this.besideFailure !== undefined) throw this.besideFailure;
    await this.appendPending(this.file);
    if (this.isUnflushed) await this.flush(this.file);
    if (this.size > this.rewriteAt) await this.compact();
  }

  private async appendPending(file: AppendFile): Promise<void> {
    const text = this.pending.join('');
    this.pending = [];
    if (text === '') return;
    this.isUnflushed = true;
    this.size += text.length;
    await file.append(text);
  }

  private async flush(file: AppendFile): Promise<void> {
    this.isUnflushed = false;
    this.isFlushing = true;
    try {
      await file.flush();
    } finally {
      this.isFlushing = false;
      await this.besideFlush;
    }
  }

  /** The records are on the disk already: where this fails the old file goes on, and it is tried again much later. */
  private async compact(): Promise<void> {
    try {
      await this.rewrite();
    } catch {
      if (this.file !== undefined) this.rewriteAt = this.size * 2;
    }
  }

  private async rewrite(): Promise<void> {
    await this.writeAside();
    const next = `${this.path}.new`;
    await this.files.remove(next);
    const file = await this.files.openAppend(next);
    let text: string;
    try {
      text = [{ type: 'journal', version: 1 } as const, ...this.snapshot()].map(encodeRecord).join('');
      // They are in the snapshot. What comes while it is written is added after it.
      this.pending = [];
      await file.append(text);
      await file.flush();
      await this.files.rename(next, this.path);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    const old = this.file;
    // From here a crash may find either file under the name: nothing is added until the name is on the disk.
    this.file = undefined;
    await old?.close().catch(() => undefined);
    try {
      await this.files.flushFolder(dirname(this.path));
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    this.file = file;
    this.size = text.length;
    this.rewriteAt = Math.max(smallestRewrite, this.size * 3);
  }

  private async writeAside(): Promise<void> {
    if (this.aside === undefined) return;
    const { path, bytes } = this.aside;
    await this.files.remove(path);
    const file = await this.files.openAppend(path);
    try {
      await file.append(bytes);
      await file.flush();
    } finally {
      await file.close().catch(() => undefined);
    }
    await this.files.flushFolder(dirname(path));
    this.aside = undefined;
    this.bytes = undefined;
  }
}
