// Days of the local calendar, and the names that the alerts of a day have below the folder of alerts.json. // as Wazuh 4.x names them
import { join } from 'node:path';

/** One day by the local clock. */
export interface Day {
  readonly year: number;
  /** 0 to 11. */
  readonly month: number;
  /** 1 to 31. */
  readonly date: number;
}

/** A file with alerts of a day. A day has more than one where its first was compressed already when alerts came again: part 1, 2 … */
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
export function stemOf({ day, part }: DayFile): string {
  const suffix = part === 0 ? '' : `-${String(part).padStart(3, '0')}`;
  return join(monthFolder(day), `ossec-alerts-${String(day.date).padStart(2, '0')}${suffix}`);
}

/** Endings of what a day can have. */
export const endings = { plain: '.json', compressed: '.json.gz', checksums: '.json.sum' } as const;

export interface NamedFile extends DayFile {
  readonly ending: string;
}

const namePattern = /^ossec-alerts-(\d\d)(?:-(\d{3,}))?(\.json|\.json\.gz|\.json\.sum)$/;

/** What a name in the folder of a year and a month stands for; undefined for any other file. */
export function parseName(year: string, month: string, name: string): NamedFile | undefined {
  const match = namePattern.exec(name);
  const monthIndex = months.indexOf(month);
  if (match === null || monthIndex < 0 || !/^\d{4}$/.test(year)) return undefined;
  const [, date, part = '0', ending = ''] = match;
  return { day: { year: Number(year), month: monthIndex, date: Number(date) }, part: Number(part), ending };
}
