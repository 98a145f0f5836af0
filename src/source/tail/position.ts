// What is remembered of a followed file, so that reading goes on at the right byte of the right file.
import type { JsonObject, JsonValue } from '../../alert/alert.ts';
import type { SourcePosition } from '../source.ts';

/** The first bytes of a file, to tell it from another with the same inode. */
export interface Fingerprint {
  /** How many bytes were hashed: 256, or all there were. */
  readonly length: number;
  /** SHA-256, hex. */
  readonly hash: string;
}

export interface LastRead extends Fingerprint {
  /** Offset behind them. */
  readonly end: number;
}

/** One file, read up to `offset`. */
export interface FilePosition {
  readonly dev: number;
  readonly ino: number;
  readonly offset: number;
  /** The line at `offset` was cut; its rest is to be passed over. */
  readonly skipping: boolean;
  readonly fingerprint: Fingerprint;
  /** The bytes read last, up to 256 of them before `end`: only a copy of this very file has them there. */
  readonly lastRead: LastRead;
  /** The digits before the dot in the ids of this file's messages; null until its first line is whole. */
  readonly number: string | null;
  /** Counts the files that have stood at the path one after another: two with the same first line and inode still differ. */
  readonly generation: number;
  /** While no byte of it was read: the time of its last change when it was looked at, by the file system, Unix ms. What was copied from it later was never seen. */
  readonly unreadSinceMs: number | null;
}

/** A followed path: the file being written, last, and before it those renamed away that may still grow. */
export interface TailPosition {
  readonly path: string;
  /** The highest that a file at this path has had. */
  readonly generation: number;
  readonly files: readonly FilePosition[];
}

export function toSourcePosition(position: TailPosition): SourcePosition {
  const { path, generation } = position;
  return {
    path,
    generation,
    files: position.files.map((file) => ({
      ...file,
      fingerprint: { ...file.fingerprint },
      lastRead: { ...file.lastRead },
    })),
  };
}

/** Undefined where the value is not a position, or that of another path: the source is then one never seen before. */
export function parseTailPosition(value: SourcePosition | undefined, path: string): TailPosition | undefined {
  if (!isObject(value) || value.path !== path || !isCount(value.generation) || !Array.isArray(value.files))
    return undefined;
  const files = value.files.map(parseFile);
  return files.every((file) => file !== undefined) ? { path, generation: value.generation, files } : undefined;
}

function parseFile(value: JsonValue): FilePosition | undefined {
  if (!isObject(value)) return undefined;
  const { dev, ino, offset, skipping, number, generation } = value;
  const fingerprint = parseFingerprint(value.fingerprint);
  const lastRead = parseFingerprint(value.lastRead);
  const end = isObject(value.lastRead) ? value.lastRead.end : undefined;
  if (fingerprint === undefined || lastRead === undefined || !isCount(end)) return undefined;
  if (!isCount(dev) || !isCount(ino) || !isCount(offset) || !isCount(generation)) return undefined;
  if (typeof skipping !== 'boolean') return undefined;
  const unreadSinceMs = typeof value.unreadSinceMs === 'number' ? value.unreadSinceMs : null;
  if (number !== null && (typeof number !== 'string' || !/^\d{10}$/.test(number))) return undefined;
  return { dev, ino, offset, skipping, fingerprint, lastRead: { ...lastRead, end }, number, generation, unreadSinceMs };
}

function parseFingerprint(value: JsonValue | undefined): Fingerprint | undefined {
  if (!isObject(value)) return undefined;
  const { length, hash } = value;
  return isCount(length) && typeof hash === 'string' ? { length, hash } : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
