// alerts.json as Wazuh has it: a second name (hard link) of the file of the day, `2026/Nov/ossec-alerts-24.json`, and from midnight on of the next one.
import { dirname } from 'node:path';
import { errorText } from '../../alert/error-text.ts';
import type { AlertFile } from '../alert-writer.ts';
import { boundsOf, type Day, dayOf, isSameDay } from './day.ts';
import { freePart, listPlainFiles, makeMonthFolder, openPart, plainPath } from './day-files.ts';
import { type AlertDisk, codeOf } from './disk.ts';

export interface DailyFile extends AlertFile {
  changeDay(): void;
  /** Whether this file is the one that is written to. */
  isCurrent(path: string): boolean;
  troubles(): readonly string[];
}

export interface DailyFileOptions {
  /** The path of alerts.json. */
  readonly path: string;
  readonly nowMs: () => number;
  readonly disk: AlertDisk;
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
 * Opens alerts.json, cuts off a line that a crash left unfinished, and goes over to the file of the day. Each step leaves alerts.json a whole file: what is
 * killed between two of them is finished by the next start. Throws where alerts.json cannot be opened; where only the day cannot be changed, alerts go on
 * where they went, and it is tried again.
 */
export function openDailyFile(options: DailyFileOptions): DailyFile {
  const { path, nowMs, disk } = options;
  const newPath = `${path}.new`;
  disk.remove(newPath);
  const found = disk.stat(path);
  if (found !== undefined) disk.cutUnfinishedLine(path);
  let current = open(disk, path);
  // Of a file that an earlier service left, the last alert tells the day.
  let day = dayOf(found?.mtimeMs ?? nowMs());
  let bounds: ReturnType<typeof boundsOf> | undefined;
  let move: ((place: Place) => OpenFile) | undefined;
  let failure: string | undefined;

  function goTo(today: Day): void {
    move ??= chooseWay();
    const next = move({ disk, path, newPath, current, day, today });
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
    options.tell(`there are no hard links in ${dirname(path)}: alerts.json is renamed at midnight instead`);
    return renameDay;
  }

  function changeDay(): void {
    const now = nowMs();
    if (bounds !== undefined && now >= bounds.startMs && now < bounds.endMs) return;
    const before = failure;
    try {
      goTo(dayOf(now));
      failure = undefined;
      if (before !== undefined) options.tell('the alerts of the new day have a file of their own now');
    } catch (error) {
      failure = `alerts go on to the file before, for the new day cannot have its own yet: ${errorText(error)}`;
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

function open(disk: AlertDisk, path: string, like = disk.stat(path)): OpenFile {
  const descriptor = disk.openAppend(path, like);
  return { descriptor, inode: disk.stat(path)?.ino };
}

function hasLinks(path: string, newPath: string, disk: AlertDisk): boolean {
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
  readonly disk: AlertDisk;
  readonly path: string;
  readonly newPath: string;
  readonly current: OpenFile;
  /** Whose alerts the current file holds. */
  readonly day: Day;
  readonly today: Day;
}

/** The file of the day is made, and takes over the name alerts.json in one step: there always is one. */
function linkDay({ disk, path, newPath, current, day, today }: Place): OpenFile {
  const folder = dirname(path);
  const isFiled = listPlainFiles(folder, disk).some(
    (file) => disk.stat(plainPath(folder, file))?.ino === current.inode,
  );
  if (!isFiled && disk.stat(path)?.ino === current.inode) {
    makeMonthFolder(folder, day, disk);
    disk.link(path, plainPath(folder, freePart(folder, day, disk)));
  }
  makeMonthFolder(folder, today, disk);
  const target = plainPath(folder, openPart(folder, today, disk));
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

/** alerts.json gets the name of its day when that is over, and a new one takes its place. */
function renameDay({ disk, path, newPath, current, day, today }: Place): OpenFile {
  if (isSameDay(day, today)) return current;
  const folder = dirname(path);
  const next = open(disk, newPath, disk.stat(path));
  try {
    makeMonthFolder(folder, day, disk);
    if (disk.stat(path)?.ino === current.inode) disk.rename(path, plainPath(folder, freePart(folder, day, disk)));
    disk.rename(newPath, path);
    return next;
  } catch (error) {
    disk.close(next.descriptor);
    throw error;
  }
}
