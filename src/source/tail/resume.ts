// After a restart: which files to go on with, from where, in which order. Pure.
import { fingerprintOf, fitsFingerprint } from './fingerprint.ts';
import type { LogStart } from './open-log.ts';
import type { FilePosition, TailPosition } from './position.ts';

/** A file in the folder of the followed path: the path itself, or a name that begins with it. */
export interface Candidate {
  readonly name: string;
  readonly ino: number;
  readonly size: number;
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
    files.push({ name: match.name, start: { ...file, backlogEnd: match.size } });
  }
  const lost = saved.files.length > 0 && latest === undefined;
  if (!found.has(name)) {
    const next = [...rotatedSince(latest, name, candidates, found), ...candidates.filter((each) => each.name === name)];
    for (const { name: path, size } of next) {
      generation += 1;
      files.push({ name: path, start: { offset: 0, skipping: false, generation, number: null, backlogEnd: size } });
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
