// Days of the local calendar, and the names that what was logged on a day has below the folder of its log. // as Wazuh 4.x names them
import { dirname, join } from 'node:path';

/** A log that has a file for each day: `logs/alerts/2026/Nov/ossec-alerts-24.json` is one of them. */
export interface DailyLog {
  /** Of the file that is written to, `logs/alerts/alerts.json`, which always has this name. */
  readonly path: string;
  /** With which the names of its days begin: `ossec-alerts`. */
  readonly prefix: string;
  /** `.json` or `.log`. */
  readonly ending: string;
  /** What stands in it, in the plural, for the operator: `alerts`. */
  readonly content: string;
}

export function folderOf({ path }: DailyLog): string {
  return dirname(path);
}

/** One day by the local clock. */
export interface Day {
  readonly year: number;
  /** 0 to 11. */
  readonly month: number;
  /** 1 to 31. */
  readonly date: number;
}

/** A file of a day. A day has more than one where its first was compressed already when more came: part 1, 2 … */
export interface DayFile {
  readonly day: Day;
  readonly part: number;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function dayOf(timeMs: number): Day {
  const time = new Date(timeMs);
  return { year: time.getFullYear(), month: time.getMonth(), date: time.getDate() };
}

/** Its first millisecond, and the first of the day after it. */
export function boundsOf({ year, month, date }: Day): { readonly startMs: number; readonly endMs: number } {
  return { startMs: new Date(year, month, date).getTime(), endMs: new Date(year, month, date + 1).getTime() };
}

export function dayBefore({ year, month, date }: Day): Day {
  // Noon: no change of the clock for summer or winter reaches it.
  return dayOf(new Date(year, month, date - 1, 12).getTime());
}

export function isSameDay(a: Day, b: Day): boolean {
  return a.year === b.year && a.month === b.month && a.date === b.date;
}

export function compareDayFiles(a: DayFile, b: DayFile): number {
  return a.day.year - b.day.year || a.day.month - b.day.month || a.day.date - b.day.date || a.part - b.part;
}

export function monthFolder({ year, month }: Day): string {
  return join(String(year).padStart(4, '0'), months[month] ?? '');
}

/** `2026/Nov/ossec-alerts-24`, and of its later parts `2026/Nov/ossec-alerts-24-001`: without the ending. */
export function stemOf({ prefix }: Pick<DailyLog, 'prefix'>, { day, part }: DayFile): string {
  const suffix = part === 0 ? '' : `-${String(part).padStart(3, '0')}`;
  return join(monthFolder(day), `${prefix}-${String(day.date).padStart(2, '0')}${suffix}`);
}

/** The files that a day can have beside each other, by what follows the ending of the log. */
export const forms = { plain: '', compressed: '.gz', checksums: '.sum' } as const;

export interface NamedFile extends DayFile {
  readonly form: string;
}

const rest = /^-(\d\d)(?:-(\d{3,}))?$/;

/** What a name in the folder of a year and a month stands for; undefined for any other file. */
export function parseName(
  { prefix, ending }: Pick<DailyLog, 'prefix' | 'ending'>,
  [year, month, name]: readonly [year: string, month: string, name: string],
): NamedFile | undefined {
  const form = Object.values(forms).find((each) => name.endsWith(ending + each));
  if (form === undefined || !name.startsWith(prefix)) return undefined;
  const match = rest.exec(name.slice(prefix.length, -(ending + form).length));
  const monthIndex = months.indexOf(month);
  if (match === null || monthIndex < 0 || !/^\d{4}$/.test(year)) return undefined;
  const [, date, part = '0'] = match;
  return { day: { year: Number(year), month: monthIndex, date: Number(date) }, part: Number(part), form };
}
