// After a restart: which files to go on with, from where, in which order. Pure.
import { fingerprintOf, fitsFingerprint } from './fingerprint.ts';
import { fromStart, type LogStart } from './open-log.ts';
import type { FilePosition, TailPosition } from './position.ts';

/** A file in the folder of the followed path: the path itself, or a name that begins with it. */
export interface Candidate {
  readonly name: string;
  readonly ino: number;
  readonly size: number;
  /** When it was made, Unix ms; 0 where the file system does not say. */
  readonly bornMs: number;
  /** Its first bytes, 256 at most. */
  readonly head: Buffer;
  /** Up to `length` bytes from `offset` on; empty where they cannot be read. */
  readAt(offset: number, length: number): Buffer;
}

export interface ResumedFile {
  readonly name: string;
  readonly start: LogStart;
}

export interface Resume {
  /** Oldest first; the followed path itself last, if it exists. */
  readonly files: readonly ResumedFile[];
  /** The file that was being read last is gone (deleted, compressed, emptied): what was added to it meanwhile cannot be read. */
  readonly lost: boolean;
  readonly generation: number;
}

/**
 * Each remembered file is looked for by inode and first bytes, then by its bytes among its siblings (the copy that copytruncate makes). What was
 * found is finished first; then come files that were rotated in between (`app.log.1` where ours is now `app.log.2`), from their start; then the file at
 * the path: at its offset if it is the remembered one, else from its start.
 */
export function planResume(saved: TailPosition, name: string, candidates: readonly Candidate[]): Resume {
  const files: ResumedFile[] = [];
  const found = new Set<string>();
  let latest: string | undefined;
  let generation = saved.generation;
  for (const file of saved.files) {
    const match = findFile(file, name, candidates, found);
    latest = match?.name;
    if (match === undefined) continue;
    found.add(match.name);
    if (match.name === name) {
      for (const copy of findUnseenCopies(file.unreadSinceMs, match, candidates)) {
        if (found.has(copy.name)) continue;
        generation += 1;
        files.push({ name: copy.name, start: fromStart(generation, copy.size) });
      }
    }
    files.push({ name: match.name, start: { ...file, backlogEnd: match.size } });
  }
  const lost = saved.files.length > 0 && latest === undefined;
  if (!found.has(name)) {
    const next = [...rotatedSince(latest, name, candidates, found), ...candidates.filter((each) => each.name === name)];
    for (const { name: path, size } of next) {
      generation += 1;
      files.push({ name: path, start: fromStart(generation, size) });
    }
  }
  // Those renamed away go first, whatever order they were remembered in.
  files.sort((a, b) => Number(a.name === name) - Number(b.name === name));
  return { files, lost, generation };
}

function findFile(
  file: FilePosition,
  name: string,
  candidates: readonly Candidate[],
  found: ReadonlySet<string>,
): Candidate | undefined {
  const left = candidates.filter((each) => !found.has(each.name));
  // The device number is not compared: it may change with a reboot.
  const same = left.find(
    (each) => each.ino === file.ino && each.size >= file.offset && fitsFingerprint(each.head, file.fingerprint),
  );
  return (
    same ??
    findCopy(
      file,
      left.filter((each) => each.name !== name),
    )
  );
}

/**
 * A copy of a file that was emptied since: it begins as the file did, and has the bytes that were read last where they were. Both, because log files of one
 * program may well begin alike, and an older one must not be read again.
 */
export function findCopy(file: FilePosition, candidates: readonly Candidate[]): Candidate | undefined {
  const { length, end } = file.lastRead;
  if (length === 0) return undefined;
  return candidates.find(
    (each) =>
      each.size >= end &&
      fitsFingerprint(each.head, file.fingerprint) &&
      fingerprintOf(each.readAt(end - length, length)).hash === file.lastRead.hash,
  );
}

/**
 * The copies that were made after a time of what was written and emptied again (copytruncate), oldest first. No byte of them was ever read, so nothing but
 * their making and their names, which must be those of a rotation, tells them from others. A copy of what the file still holds is not one of them.
 */
export function findUnseenCopies(
  sinceMs: number | null,
  file: { readonly name: string; readonly ino: number; readonly head: Buffer },
  candidates: readonly Candidate[],
): Candidate[] {
  if (sinceMs === null) return [];
  return candidates
    .filter((each) => each.ino !== file.ino && each.bornMs > sinceMs && each.size > 0)
    .filter((each) => isRotated(each.name.slice(file.name.length)) && !isCompressed(each.head))
    .filter((each) => file.head.length === 0 || !beginsAlike(each.head, file.head))
    .sort((a, b) => a.bornMs - b.bornMs);
}

/** `.1`, or logrotate's dateext. */
function isRotated(ending: string): boolean {
  return /^\.\d+$|^-\d{8}/.test(ending);
}

function beginsAlike(a: Buffer, b: Buffer): boolean {
  const length = Math.min(a.length, b.length);
  return a.compare(b, 0, length, 0, length) === 0;
}

/** gzip, bzip2, xz, zstd by their first bytes. */
function isCompressed(head: Buffer): boolean {
  const magic = head.subarray(0, 3).toString('hex');
  return ['1f8b', '425a68', 'fd377a', '28b52f'].some((known) => magic.startsWith(known));
}

/** The files that were rotated after `latest` (its name by now), oldest first; none where the names do not say. */
export function rotatedSince(
  latest: string | undefined,
  name: string,
  candidates: readonly Candidate[],
  found: ReadonlySet<string>,
): Candidate[] {
  if (latest === undefined || latest === name) return [];
  const ending = latest.slice(name.length);
  const others = candidates.filter((each) => each.name !== name && !found.has(each.name));
  if (/^\.\d+$/.test(ending)) {
    const indexOf = (path: string): number => Number(path.slice(name.length + 1));
    return others
      .filter((each) => /^\.\d+$/.test(each.name.slice(name.length)) && indexOf(each.name) < indexOf(latest))
      .sort((a, b) => indexOf(b.name) - indexOf(a.name));
  }
  // logrotate's dateext: `app.log-20261124`, with hours or seconds perhaps.
  if (!/^-\d{8,}/.test(ending)) return [];
  return others
    .filter((each) => /^-\d{8,}$/.test(each.name.slice(name.length)) && each.name > latest)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
