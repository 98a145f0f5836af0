// One open file that is being followed: what was read of it, and whether it is still the same.
import { closeSync, fstatSync, readSync, type Stats } from 'node:fs';
import { LineSplitter, type TakeLine } from '../split-lines.ts';
import { fileNumber, fingerprintOf, headLength } from './fingerprint.ts';
import type { FilePosition, Fingerprint } from './position.ts';

/** Where in a file to begin. */
export interface LogStart {
  readonly offset: number;
  readonly skipping: boolean;
  readonly generation: number;
  /** Kept from an earlier reading; null: derived when the first line is whole. */
  readonly number: string | null;
  /** Lines that begin before this offset were written while nobody watched. 0: none. */
  readonly backlogEnd: number;
  /** Kept from an earlier reading; null: looked at now. See FilePosition. */
  readonly unreadSinceMs: number | null;
}

/** The whole of a file never read before. */
export function fromStart(generation: number, backlogEnd = 0): LogStart {
  return { offset: 0, skipping: false, generation, number: null, backlogEnd, unreadSinceMs: null };
}

export class OpenLog {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
  /** Of the moment of opening, ms: the latest that a line of the backlog can be. */
  readonly openedMtimeMs: number;
  /** When it last grew, by the caller's monotonic clock, ms. */
  grewAtMs: number;
  private readonly path: string;
  private splitter: LineSplitter;
  private head: Buffer = Buffer.alloc(0);
  private fingerprint: Fingerprint = fingerprintOf(this.head);
  /** The bytes before the read offset, 256 at most. */
  private lastBytes: Buffer;
  private numberOrNull: string | null;
  private currentGeneration: number;
  private currentBacklogEnd: number;
  /** Nothing but NUL bytes so far. */
  private inHole: boolean;
  private unreadSince: number | null;

  /** Owns `fd` from now on. `path` is the one followed, not necessarily the name that the file has. */
  constructor(fd: number, stats: Stats, path: string, start: LogStart, openedAtMs: number) {
    this.fd = fd;
    this.dev = stats.dev;
    this.ino = stats.ino;
    this.openedMtimeMs = stats.mtimeMs;
    this.grewAtMs = openedAtMs;
    this.path = path;
    this.splitter = new LineSplitter(start.offset, start.skipping);
    this.numberOrNull = start.number;
    this.currentGeneration = start.generation;
    this.currentBacklogEnd = start.backlogEnd;
    this.inHole = start.offset === 0;
    this.unreadSince = start.unreadSinceMs ?? (start.offset === 0 ? stats.mtimeMs : null);
    this.head = readHead(fd);
    this.fingerprint = fingerprintOf(this.head);
    const before = Math.min(start.offset, headLength);
    this.lastBytes = readBytes(fd, start.offset - before, before);
  }

  get backlogEnd(): number {
    return this.currentBacklogEnd;
  }

  /** The digits before the dot of a message id. Asked for when a line was taken: by then the first line, or 256 bytes, are there. */
  get number(): string {
    if (this.numberOrNull === null) {
      this.lookAtHead();
      this.numberOrNull = fileNumber(this.path, this.ino, this.currentGeneration, this.head) ?? '0000000000';
    }
    return this.numberOrNull;
  }

  /** See FilePosition. */
  get unreadSinceMs(): number | null {
    return this.unreadSince;
  }

  isFile(stats: Stats): boolean {
    return stats.ino === this.ino && stats.dev === this.dev;
  }

  /** The file has become shorter than what was read, or has other bytes there: somebody emptied it (copytruncate). */
  wasTruncated(): boolean {
    if (fstatSync(this.fd).size < this.splitter.readOffset || !this.lookAtHead()) return true;
    const { length } = this.lastBytes;
    return !this.lastBytes.equals(readBytes(this.fd, this.splitter.readOffset - length, length));
  }

  /** A read shows by itself whether the file is still the same, as far as it has been read. */
  get isCheckedByRead(): boolean {
    return this.unreadSince === null && this.lastBytes.length > 0;
  }

  /** No byte of it had been read when it was last looked at, and it has been written to or emptied since. */
  wasChangedUnread(): boolean {
    return this.unreadSince !== null && fstatSync(this.fd).mtimeMs !== this.unreadSince;
  }

  /**
   * Call it before you look for what was copied from it so far. Where there are bytes, and none was read, the time stays: they may be copied and emptied
   * away before they are.
   */
  noteLook(): void {
    const { size, mtimeMs } = fstatSync(this.fd);
    if (size === 0) this.unreadSince = mtimeMs;
    else if (this.splitter.readOffset > 0) this.unreadSince = null;
  }

  /** Reads the file again from its start, as another file. Copies made after `unreadSinceMs` (file system time) are of what was not read of it. */
  restart(generation: number, unreadSinceMs: number): void {
    this.splitter = new LineSplitter(0);
    this.numberOrNull = null;
    this.currentGeneration = generation;
    this.currentBacklogEnd = 0;
    this.unreadSince = unreadSinceMs;
    this.inHole = true;
    this.lastBytes = Buffer.alloc(0);
    this.head = readHead(this.fd);
    this.fingerprint = fingerprintOf(this.head);
  }

  /**
   * Reads once into `buffer` and hands on the lines that became whole. Returns the number of bytes; 0 at the end of the file, and where what was read last
   * is no longer there (see wasTruncated). A buffer of more than 256 bytes.
   */
  read(buffer: Buffer, take: TakeLine): number {
    const known = this.lastBytes.length;
    const length = readSync(this.fd, buffer, 0, buffer.length, this.splitter.readOffset - known);
    if (length <= known || this.lastBytes.compare(buffer, 0, known) !== 0) return 0;
    this.lastBytes = Buffer.from(buffer.subarray(Math.max(0, length - headLength), length));
    this.takeBytes(buffer.subarray(known, length), take);
    return length - known;
  }

  private takeBytes(bytes: Buffer, take: TakeLine): void {
    // The digits must be those of the bytes read, also where the file is emptied right after.
    if (this.head.length < headLength) this.lookAtHead();
    const hole = this.inHole ? leadingNuls(bytes) : 0;
    this.inHole = hole === bytes.length && this.inHole;
    // A program that does not append leaves a hole where its emptied file was: not part of any line.
    if (hole > 0) this.splitter = new LineSplitter(this.splitter.readOffset + hole);
    if (hole < bytes.length) this.splitter.push(bytes.subarray(hole), take);
  }

  /** As it is now, to be made when it is asked for. */
  position(): () => FilePosition {
    const { fingerprint, lastBytes, numberOrNull, currentGeneration } = this;
    const { resumeOffset, readOffset, isSkipping } = this.splitter;
    const unreadSinceMs = readOffset === 0 ? this.unreadSince : null;
    return () => ({
      dev: this.dev,
      ino: this.ino,
      offset: resumeOffset,
      skipping: isSkipping,
      fingerprint,
      lastRead: { ...fingerprintOf(lastBytes), end: readOffset },
      number: numberOrNull,
      generation: currentGeneration,
      unreadSinceMs,
    });
  }

  close(): void {
    closeSync(this.fd);
  }

  /** Takes in what has been added to the first bytes; false if those known have changed. */
  private lookAtHead(): boolean {
    const head = readHead(this.fd);
    const known = this.head.length;
    if (head.length < known || head.compare(this.head, 0, known, 0, known) !== 0) return false;
    if (head.length > known) {
      this.head = head;
      this.fingerprint = fingerprintOf(head);
    }
    return true;
  }
}

/** The first bytes of a file, 256 at most. */
export function readHead(fd: number): Buffer {
  return readBytes(fd, 0, headLength);
}

/** Up to `length` bytes from `offset` on. */
export function readBytes(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}

function leadingNuls(bytes: Buffer): number {
  let count = 0;
  while (count < bytes.length && bytes[count] === 0) count += 1;
  return count;
}
