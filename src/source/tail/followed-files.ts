// The files of one followed path: the one being written, and those renamed away that may still grow.
import { closeSync, type FSWatcher, fstatSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { endOfWholeLines, listCandidates, openForReading } from './find-logs.ts';
import { fromStart, type LogStart, OpenLog, readHead } from './open-log.ts';
import type { TailPosition } from './position.ts';
import { type Candidate, findCopy, findUnseenCopies, planResume, rotatedSince } from './resume.ts';
import { watchOpenFile } from './watch.ts';

/** A file renamed away is read until it has been quiet this long. */
const quietMs = 60_000;
const mostRenamed = 8;

interface Followed {
  readonly log: OpenLog;
  readonly watcher: FSWatcher | undefined;
}

export class FollowedFiles {
  private readonly path: string;
  private readonly onChange: () => void;
  /** Renamed away, oldest first. */
  private renamed: Followed[] = [];
  private current: Followed | undefined;
  private generation = 0;

  /** `onChange` is called when one of the files may have changed. */
  constructor(path: string, onChange: () => void) {
    this.path = path;
    this.onChange = onChange;
  }

  /** Oldest first: the order to read in. */
  logs(): OpenLog[] {
    const followed = this.current === undefined ? this.renamed : [...this.renamed, this.current];
    return followed.map((each) => each.log);
  }

  /** All open files are told of changes by the system. */
  get isWatched(): boolean {
    return (
      this.renamed.every((each) => each.watcher !== undefined) &&
      (this.current === undefined || this.current.watcher !== undefined)
    );
  }

  /** As it is now, to be made when it is asked for. */
  position(): () => TailPosition {
    const { path, generation } = this;
    const files = this.logs().map((log) => log.position());
    return () => ({ path, generation, files: files.map((file) => file()) });
  }

  /** A file never seen before: from its end, or from the last line if that is not whole. May throw. */
  openAtEnd(nowMs: number): void {
    const opened = openForReading(this.path);
    if (opened === undefined) return;
    const offset = endOfWholeLines(opened.fd, opened.stats.size);
    const start = { ...fromStart(0), offset };
    this.current = this.follow(new OpenLog(opened.fd, opened.stats, this.path, start, nowMs));
  }

  /** Goes on where the position says. True: what was read last is gone. May throw. */
  resume(saved: TailPosition, nowMs: number): boolean {
    // One that is there but cannot be opened is not gone: this throws, and is tried again.
    const there = openForReading(this.path);
    if (there !== undefined) closeSync(there.fd);
    const name = basename(this.path);
    const plan = planResume(saved, name, listCandidates(this.path));
    this.generation = plan.generation;
    for (const file of plan.files) {
      const opened = openForReading(join(dirname(this.path), file.name));
      if (opened === undefined) continue;
      const followed = this.follow(new OpenLog(opened.fd, opened.stats, this.path, file.start, nowMs));
      if (file.name === name) this.current = followed;
      else this.renamed.push(followed);
    }
    return plan.lost;
  }

  /**
   * Looks what stands at the path by now. A new file is read from its start, after those that have come and been rotated since the last look; the old one
   * stays until it is quiet. May throw.
   */
  lookAtPath(nowMs: number): void {
    const stats = statSync(this.path, { throwIfNoEntry: false });
    if (stats !== undefined && this.current?.log.isFile(stats)) return;
    const back = stats === undefined ? undefined : this.renamed.find((each) => each.log.isFile(stats));
    if (back !== undefined) {
      this.renamed = this.renamed.filter((each) => each !== back);
      this.replaceCurrent(back);
      return;
    }
    for (const name of this.missedRotations()) this.openFromStart(join(dirname(this.path), name), nowMs);
    this.openFromStart(this.path, nowMs);
  }

  private missedRotations(): string[] {
    const candidates = listCandidates(this.path);
    const newest = this.logs().at(-1);
    const latest = candidates.find((each) => each.ino === newest?.ino);
    const followed = candidates.filter((each) => this.logs().some((log) => log.ino === each.ino));
    const found = new Set(followed.map((each) => each.name));
    return rotatedSince(latest?.name, basename(this.path), candidates, found).map((each) => each.name);
  }

  private openFromStart(path: string, nowMs: number): void {
    const opened = openForReading(path);
    if (opened === undefined) return;
    this.generation += 1;
    this.replaceCurrent(
      this.follow(new OpenLog(opened.fd, opened.stats, this.path, fromStart(this.generation), nowMs)),
    );
  }

  private replaceCurrent(next: Followed): void {
    if (this.current !== undefined) this.renamed.push(this.current);
    this.current = next;
  }

  /** A read of the file being written shows by itself whether somebody has emptied it. */
  get isCheckedByRead(): boolean {
    return this.current === undefined || this.current.log.isCheckedByRead;
  }

  /**
   * Begins anew where somebody emptied the file; where it was copied before (copytruncate), the rest of the copy comes first. True: there may be more to
   * read now. May throw.
   */
  lookForTruncation(nowMs: number): boolean {
    const log = this.current?.log;
    if (log === undefined) return false;
    if (log.wasTruncated()) {
      const { mtimeMs } = fstatSync(log.fd);
      this.followCopies(log, nowMs);
      this.generation += 1;
      log.restart(this.generation, mtimeMs);
      return true;
    }
    const since = log.unreadSinceMs;
    if (since === null) return false;
    const changed = log.wasChangedUnread();
    log.noteLook();
    if (changed) this.followChanged(since, log, nowMs);
    return changed;
  }

  /** What was written since the file was last looked at may have been copied and emptied away, several times even. */
  private followChanged(since: number, log: OpenLog, nowMs: number): void {
    const stats = statSync(this.path, { throwIfNoEntry: false });
    // Where it was renamed away nothing was emptied.
    if (stats !== undefined && log.isFile(stats)) this.followUnseenCopies(since, log, this.unfollowed(), nowMs);
  }

  /** The rest of the copy that was made of what was being read, and the copies made after it; all that were made while nothing had been read. */
  private followCopies(log: OpenLog, nowMs: number): void {
    const emptied = log.position()();
    const candidates = this.unfollowed();
    const copy = findCopy(emptied, candidates);
    if (copy !== undefined) this.followRenamed(copy, { ...emptied, backlogEnd: 0 }, nowMs);
    this.followUnseenCopies(log.unreadSinceMs ?? copy?.bornMs ?? null, log, candidates, nowMs);
  }

  private followUnseenCopies(
    sinceMs: number | null,
    log: OpenLog,
    candidates: readonly Candidate[],
    nowMs: number,
  ): void {
    const file = { name: basename(this.path), ino: log.ino, head: readHead(log.fd) };
    // Not a copy of what has just been read: it may be listed here before the file is seen emptied.
    const ofRead = findCopy(log.position()(), candidates);
    const others = candidates.filter((each) => each !== ofRead);
    for (const copy of findUnseenCopies(sinceMs, file, others)) {
      this.generation += 1;
      this.followRenamed(copy, fromStart(this.generation), nowMs);
    }
  }

  private followRenamed({ name }: Candidate, start: LogStart, nowMs: number): void {
    const opened = openForReading(join(dirname(this.path), name));
    if (opened === undefined) return;
    this.renamed.push(this.follow(new OpenLog(opened.fd, opened.stats, this.path, start, nowMs)));
  }

  private unfollowed(): Candidate[] {
    const followed = new Set(this.logs().map((log) => log.ino));
    return listCandidates(this.path).filter((each) => !followed.has(each.ino));
  }

  /** Lets go of renamed files that have been quiet, and of the oldest where there are too many. Call it when all have been read to their ends. */
  closeQuiet(nowMs: number): void {
    const surplus = this.renamed.length - mostRenamed;
    this.renamed = this.renamed.filter((each, index) => {
      if (index >= surplus && nowMs - each.log.grewAtMs < quietMs) return true;
      unfollow(each);
      return false;
    });
  }

  close(): void {
    for (const each of this.renamed) unfollow(each);
    if (this.current !== undefined) unfollow(this.current);
    this.renamed = [];
    this.current = undefined;
  }

  private follow(log: OpenLog): Followed {
    return { log, watcher: watchOpenFile(log.fd, this.onChange) };
  }
}

function unfollow(followed: Followed): void {
  followed.watcher?.close();
  followed.log.close();
}
