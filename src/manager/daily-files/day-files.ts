// The files of the days of a log: found, and the name under which what comes next on a day goes.
import { join } from 'node:path';
import {
  compareDayFiles,
  type DailyLog,
  type Day,
  type DayFile,
  folderOf,
  forms,
  monthFolder,
  type NamedFile,
  parseName,
  stemOf,
} from './day.ts';
import type { LogDisk } from './disk.ts';

export function plainPath(log: DailyLog, file: DayFile): string {
  return join(folderOf(log), stemOf(log, file) + log.ending);
}

/** Files that are not compressed yet, oldest first. */
export function listPlainFiles(log: DailyLog, disk: LogDisk): readonly DayFile[] {
  const folder = folderOf(log);
  return disk
    .list(folder)
    .flatMap((year) => (/^\d{4}$/.test(year) ? disk.list(join(folder, year)).map((month) => ({ year, month })) : []))
    .flatMap(({ year, month }) => listMonth(log, [year, month], disk))
    .filter(({ form }) => form === forms.plain)
    .sort(compareDayFiles);
}

function listMonth(
  log: DailyLog,
  [year, month]: readonly [year: string, month: string],
  disk: LogDisk,
): readonly NamedFile[] {
  const names = disk.list(join(folderOf(log), year, month));
  return names.flatMap((name) => parseName(log, [year, month, name]) ?? []);
}

function listDay(log: DailyLog, day: Day, disk: LogDisk): readonly NamedFile[] {
  const [year = '', month = ''] = monthFolder(day).split('/');
  return listMonth(log, [year, month], disk).filter((file) => file.day.date === day.date);
}

/** A part of the day of which there is no file of any kind. */
export function freePart(log: DailyLog, day: Day, disk: LogDisk): DayFile {
  const parts = listDay(log, day, disk).map(({ part }) => part);
  return { day, part: Math.max(-1, ...parts) + 1 };
}

/**
 * Where lines of the day are added: its last part, or a new one where that is compressed already. What is compressed stays as it is: a clock that is set
 * back over midnight brings lines for a day that is done.
 */
export function openPart(log: DailyLog, day: Day, disk: LogDisk): DayFile {
  const files = listDay(log, day, disk);
  const last = Math.max(-1, ...files.map(({ part }) => part));
  const there = files.filter(({ part }) => part === last).map(({ form }) => form);
  const isOpen = there.includes(forms.plain) && !there.includes(forms.compressed);
  return { day, part: isOpen ? last : last + 1 };
}

/** Makes the folders of year and month. */
export function makeMonthFolder(log: DailyLog, day: Day, disk: LogDisk): void {
  const folder = folderOf(log);
  const [year = '', month = ''] = monthFolder(day).split('/');
  for (const path of [join(folder, year), join(folder, year, month)]) {
    if (disk.stat(path) === undefined) disk.makeFolder(path);
  }
}
