// When did it happen? For lines that were written while nobody read them: the time that they carry themselves. Pure but for the local time zone.

const dayMs = 86_400_000;
/** Headers may be this far ahead of the file (granularity, rounding) and still count, held to the limit. */
const aheadMs = 60_000;

const monthNumber: ReadonlyMap<string, number> = new Map(
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name, index) => [
    name,
    index,
  ]),
);

export interface Backlog {
  /** Wall clock at the reading, ms. */
  readonly nowMs: number;
  /** When the file was last written to, ms. */
  readonly fileMtimeMs: number;
  /** What the line before it got, if a header of this backlog has been believed. */
  readonly previousMs: number | undefined;
}

export interface EventTime {
  readonly timeMs: number;
  /** The `previousMs` of the next line. */
  readonly believedMs: number | undefined;
}

/**
 * The event time of a line that was written before the reading began. Rules, in order:
 * 1. The limit is the file's mtime, or now where that is later than now: nothing in the file is younger.
 * 2. A header up to a minute later than the limit counts as the limit; one that is later still is not believed.
 * 3. No header, or one that is not believed: the time of the line before; where there is none, the limit.
 * 4. A header earlier than the line before counts as the time of the line before: event times never go back (an hour repeated in autumn, a clock that
 *    stood in 1970, a made-up date).
 */
export function eventTimeOf(text: string, backlog: Backlog): EventTime {
  const limit = Math.min(backlog.nowMs, Math.floor(backlog.fileMtimeMs));
  const header = headerTimeOf(text, limit);
  if (header === undefined || header > limit + aheadMs) {
    return { timeMs: backlog.previousMs ?? limit, believedMs: backlog.previousMs };
  }
  const timeMs = Math.max(Math.min(header, limit), backlog.previousMs ?? Number.NEGATIVE_INFINITY);
  return { timeMs, believedMs: timeMs };
}

/**
 * The time in a line's header, ms since 1970; undefined without one. `nearMs` (the latest it may be) gives the year where the header has none: the year
 * that makes it the latest, but not more than a day later than `nearMs`. Forms without a zone are in the local time zone. The forms are those that
 * detection recognises (// spec ruleset §1.3), and besides: `Z` as zone, `2026/11/24 06:39:28` (nginx, active-responses.log) and
 * `[24/Nov/2026:06:39:28 +0000]` in the first 300 characters (access logs).
 */
export function headerTimeOf(text: string, nearMs: number): number | undefined {
  return (
    isoTime(text) ??
    syslogTime(text, nearMs) ??
    namedMonthTime(text) ??
    sensorTime(text, nearMs) ??
    epochTime(text) ??
    accessTime(text)
  );
}

/** `2026-11-24T06:39:28.123456+01:00`, `2026-11-24 06:39:28,123`, `2026/11/24 06:39:28`, `[Time 2026.11.24 06:39:28 UTC]`. */
function isoTime(text: string): number | undefined {
  const match =
    /^(?:\[Time )?(\d{4})([-/.])(\d\d)\2(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z| UTC|[+-]\d\d:?\d\d)?/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, year, , month, day, hour, minute, second, fraction, zone] = match;
  return timeFrom(
    Number(year),
    Number(month) - 1,
    Number(day),
    [hour, minute, second],
    zone,
    Math.floor(Number(`0.${fraction ?? '0'}`) * 1000),
  );
}

/** `Nov  4 06:39:28`: no year. */
function syslogTime(text: string, nearMs: number): number | undefined {
  const match = /^([A-Za-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d)/.exec(text);
  if (match === null) return undefined;
  const month = monthNumber.get((match[1] ?? '').toLowerCase());
  if (month === undefined) return undefined;
  return inLikelyYear(nearMs, (year) => timeFrom(year, month, Number(match[2]), [match[3], match[4], match[5]]));
}

/** `2026 Nov 24 06:39:28`, `Tue Nov 24 06:39:28 2026`, `[Tue Nov 24 06:39:28.123456 2026]`. */
function namedMonthTime(text: string): number | undefined {
  const yearFirst = /^(\d{4}) ([A-Za-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d)/.exec(text);
  if (yearFirst !== null) {
    const [, year, name, day, hour, minute, second] = yearFirst;
    return timeInMonth(year, name, day, [hour, minute, second]);
  }
  const yearLast = /^\[?[A-Za-z]{3} ([A-Za-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)? (\d{4})/.exec(text);
  if (yearLast === null) return undefined;
  const [, name, day, hour, minute, second, year] = yearLast;
  return timeInMonth(year, name, day, [hour, minute, second]);
}

/** `11/24-06:39:28.240702` (snort), `11/24/2026-06:39:28.240702` (suricata): the month comes first. */
function sensorTime(text: string, nearMs: number): number | undefined {
  const match = /^(\d\d)\/(\d\d)(?:\/(\d{4}))?-(\d\d):(\d\d):(\d\d)\.\d/.exec(text);
  if (match === null) return undefined;
  const [, month, day, year, hour, minute, second] = match;
  const inYear = (full: number): number | undefined =>
    timeFrom(full, Number(month) - 1, Number(day), [hour, minute, second]);
  return year === undefined ? inLikelyYear(nearMs, inYear) : inYear(Number(year));
}

/** `1140804070.368  11623 …` (squid). */
function epochTime(text: string): number | undefined {
  const match = /^(1\d{9})\.(\d{3}) /.exec(text);
  return match === null ? undefined : Number(match[1]) * 1000 + Number(match[2]);
}

function accessTime(text: string): number | undefined {
  const match = /\[(\d\d)\/([A-Za-z]{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\]/.exec(text.slice(0, 300));
  if (match === null) return undefined;
  const [, day, name, year, hour, minute, second, zone] = match;
  return timeInMonth(year, name, day, [hour, minute, second], zone);
}

function timeInMonth(
  year: string | undefined,
  name: string | undefined,
  day: string | undefined,
  time: readonly (string | undefined)[],
  zone?: string,
): number | undefined {
  const month = monthNumber.get((name ?? '').toLowerCase());
  return month === undefined ? undefined : timeFrom(Number(year), month, Number(day), time, zone);
}

/** Tries the year after `nearMs` (New Year's night, another zone) down to eight before it (29 February). */
function inLikelyYear(nearMs: number, inYear: (year: number) => number | undefined): number | undefined {
  const latest = new Date(nearMs).getFullYear() + 1;
  for (let year = latest; year >= latest - 9; year -= 1) {
    const time = inYear(year);
    if (time !== undefined && time <= nearMs + dayMs) return time;
  }
  return undefined;
}

/** Undefined where there is no such day or hour. `zone` absent: local. A second of 60 is let pass as the next minute. */
function timeFrom(
  year: number,
  month: number,
  day: number,
  time: readonly (string | undefined)[],
  zone?: string,
  ms = 0,
): number | undefined {
  const [hour = Number.NaN, minute = Number.NaN, second = Number.NaN] = time.map(Number);
  if (!(hour <= 23 && minute <= 59 && second <= 60) || month < 0 || month > 11) return undefined;
  if (day < 1 || day > new Date(Date.UTC(year, month + 1, 0)).getUTCDate()) return undefined;
  if (zone === undefined) return new Date(year, month, day, hour, minute, second, ms).getTime();
  return Date.UTC(year, month, day, hour, minute, second, ms) - zoneOffsetMs(zone);
}

function zoneOffsetMs(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
