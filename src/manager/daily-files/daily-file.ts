// A log as Wazuh has it: alerts.json is a second name (hard link) of the file of the day, `2026/Nov/ossec-alerts-24.json`, and from midnight on of the next
// one.
import { basename } from 'node:path';
import { errorText } from '../../alert/error-text.ts';
import type { LineFile } from '../line-writer.ts';
import { boundsOf, type DailyLog, type Day, dayOf, folderOf, isSameDay } from './day.ts';
import { freePart, listPlainFiles, makeMonthFolder, openPart, plainPath } from './day-files.ts';
import { codeOf, type LogDisk } from './disk.ts';

export interface DailyFile extends LineFile {
  changeDay(): void;
  /** Whether this file is the one that is written to. */
  isCurrent(path: string): boolean;
  troubles(): readonly string[];
}

export interface DailyFileOptions {
  readonly log: DailyLog;
  readonly nowMs: () => number;
  readonly disk: LogDisk;
  /** Told when the day cannot be changed, when it can be again, and where the disk has no hard links. */
  readonly tell: (message: string) => void;
  /** Called when the file of a day was left for the next one. */
  readonly onLeft: () => void;
}

interface OpenFile {
  readonly descriptor: number;
  readonly inode: number | undefined;
}

/** What link(2) answers where there are no hard links. */
const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Opens the log, cuts off a line that a crash left unfinished, and goes over to the file of the day. Each step leaves the log a whole file: what is killed
 * between two of them is finished by the next start. Throws where it cannot be opened; where only the day cannot be changed, lines go on where they went,
 * and it is tried again.
 */
export function openDailyFile(options: DailyFileOptions): DailyFile {
  const { log, nowMs, disk } = options;
  const { path, content } = log;
  const newPath = `${path}.new`;
  disk.remove(newPath);
  const found = disk.stat(path);
  if (found !== undefined) disk.cutUnfinishedLine(path);
  let current = open(disk, path);
  // Of a file that an earlier service left, the last line tells the day.
  let day = dayOf(found?.mtimeMs ?? nowMs());
  let bounds: ReturnType<typeof boundsOf> | undefined;
  let move: ((place: Place) => OpenFile) | undefined;
  let failure: string | undefined;

  function goTo(today: Day): void {
    move ??= chooseWay();
    const next = move({ disk, log, newPath, current, day, today });
    const left = current;
    current = next;
    day = today;
    bounds = boundsOf(today);
    if (left === next) return;
    disk.close(left.descriptor);
    options.onLeft();
  }

  function chooseWay(): (place: Place) => OpenFile {
    if (hasLinks(path, newPath, disk)) return linkDay;
    options.tell(`there are no hard links in ${folderOf(log)}: ${basename(path)} is renamed at midnight instead`);
    return renameDay;
  }

  function changeDay(): void {
    const now = nowMs();
    if (bounds !== undefined && now >= bounds.startMs && now < bounds.endMs) return;
    const before = failure;
    try {
      goTo(dayOf(now));
      failure = undefined;
      if (before !== undefined) options.tell(`the ${content} of the new day have a file of their own now`);
    } catch (error) {
      failure = `${content} go on to the file before, for the new day cannot have its own yet: ${errorText(error)}`;
      if (before === undefined) options.tell(failure);
    }
  }

  changeDay();
  return {
    changeDay,
    write: (bytes) => disk.write(current.descriptor, bytes),
    close: () => disk.close(current.descriptor),
    isCurrent: (other) => disk.stat(other)?.ino === current.inode,
    troubles: () => (failure === undefined ? [] : [failure]),
  };
}

function open(disk: LogDisk, path: string, like = disk.stat(path)): OpenFile {
  const descriptor = disk.openAppend(path, like);
  return { descriptor, inode: disk.stat(path)?.ino };
}

function hasLinks(path: string, newPath: string, disk: LogDisk): boolean {
  try {
    disk.link(path, newPath);
    disk.remove(newPath);
    return true;
  } catch (error) {
    if (withoutLinks.includes(codeOf(error))) return false;
    throw error;
  }
}

interface Place {
  readonly disk: LogDisk;
  readonly log: DailyLog;
  readonly newPath: string;
  readonly current: OpenFile;
  /** Whose lines the current file holds. */
  readonly day: Day;
  readonly today: Day;
}

/** The file of the day is made, and takes over the name of the log in one step: there always is one. */
function linkDay({ disk, log, newPath, current, day, today }: Place): OpenFile {
  const { path } = log;
  const isFiled = listPlainFiles(log, disk).some((file) => disk.stat(plainPath(log, file))?.ino === current.inode);
  if (!isFiled && disk.stat(path)?.ino === current.inode) {
    makeMonthFolder(log, day, disk);
    disk.link(path, plainPath(log, freePart(log, day, disk)));
  }
  makeMonthFolder(log, today, disk);
  const target = plainPath(log, openPart(log, today, disk));
  if (disk.stat(target)?.ino === current.inode) return current;
  const next = open(disk, target, disk.stat(path));
  try {
    disk.remove(newPath);
    disk.link(target, newPath);
    disk.rename(newPath, path);
    return next;
  } catch (error) {
    disk.close(next.descriptor);
    throw error;
  }
}

/** The file gets the name of its day when that is over, and a new one takes its place. */
function renameDay({ disk, log, newPath, current, day, today }: Place): OpenFile {
  if (isSameDay(day, today)) return current;
  const { path } = log;
  const next = open(disk, newPath, disk.stat(path));
  try {
    makeMonthFolder(log, day, disk);
    if (disk.stat(path)?.ino === current.inode) disk.rename(path, plainPath(log, freePart(log, day, disk)));
    disk.rename(newPath, path);
    return next;
  } catch (error) {
    disk.close(next.descriptor);
    throw error;
  }
}
