// The files of days below a folder: found, and the name under which the next alerts of a day go.
import { join } from 'node:path';
import {
  compareDayFiles,
  type Day,
  type DayFile,
  endings,
  monthFolder,
  type NamedFile,
  parseName,
  stemOf,
} from './day.ts';
import type { AlertDisk } from './disk.ts';

export function plainPath(folder: string, file: DayFile): string {
  return join(folder, stemOf(file) + endings.plain);
}

/** Files that are not compressed yet, oldest first. */
export function listPlainFiles(folder: string, disk: AlertDisk): readonly DayFile[] {
  return disk
    .list(folder)
    .flatMap((year) => (/^\d{4}$/.test(year) ? disk.list(join(folder, year)).map((month) => ({ year, month })) : []))
    .flatMap(({ year, month }) => listMonth(join(folder, year, month), year, month, disk))
    .filter(({ ending }) => ending === endings.plain)
    .sort(compareDayFiles);
}

function listMonth(folder: string, year: string, month: string, disk: AlertDisk): readonly NamedFile[] {
  return disk.list(folder).flatMap((name) => parseName(year, month, name) ?? []);
}

function listDay(folder: string, day: Day, disk: AlertDisk): readonly NamedFile[] {
  const path = join(folder, monthFolder(day));
  const [year = '', month = ''] = monthFolder(day).split('/');
  return listMonth(path, year, month, disk).filter((file) => file.day.date === day.date);
}

/** A part of the day of which there is no file of any kind. */
export function freePart(folder: string, day: Day, disk: AlertDisk): DayFile {
  const parts = listDay(folder, day, disk).map(({ part }) => part);
  return { day, part: Math.max(-1, ...parts) + 1 };
}

/**
 * Where alerts of the day are added: its last part, or a new one where that is compressed already. What is compressed stays as it is: a clock that is set
 * back over midnight brings alerts for a day that is done.
 */
export function openPart(folder: string, day: Day, disk: AlertDisk): DayFile {
  const files = listDay(folder, day, disk);
  const last = Math.max(-1, ...files.map(({ part }) => part));
  const there = files.filter(({ part }) => part === last).map(({ ending }) => ending);
  const isOpen = there.includes(endings.plain) && !there.includes(endings.compressed);
  return { day, part: isOpen ? last : last + 1 };
}

/** Makes the folders of year and month. */
export function makeMonthFolder(folder: string, day: Day, disk: AlertDisk): void {
  const [year = '', month = ''] = monthFolder(day).split('/');
  for (const path of [join(folder, year), join(folder, year, month)]) {
    if (disk.stat(path) === undefined) disk.makeFolder(path);
  }
}
