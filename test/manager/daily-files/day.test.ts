import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  boundsOf,
  compareDayFiles,
  dayBefore,
  dayOf,
  parseName,
  stemOf,
} from '../../../src/manager/daily-files/day.ts';

const zoneBefore = process.env.TZ;
afterAll(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

describe.each(['UTC', 'Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe'])('days in %s', (zone) => {
  beforeAll(() => {
    process.env.TZ = zone;
  });

  it('follow each other without a gap, also where the clock is changed at midnight', () => {
    let day = dayOf(new Date(2026, 0, 1, 12).getTime());
    for (let count = 0; count < 400; count += 1) {
      const { startMs, endMs } = boundsOf(day);
      expect(dayOf(startMs)).toEqual(day);
      expect(dayOf(endMs - 1)).toEqual(day);
      const next = dayOf(endMs);
      expect(boundsOf(next).startMs).toBe(endMs);
      expect(dayBefore(next)).toEqual(day);
      day = next;
    }
    expect(day.year).toBe(2027);
  });
});

describe('names of days', () => {
  const alerts = { prefix: 'ossec-alerts', ending: '.json' };

  it.each([
    ['2026', 'Nov', 'ossec-alerts-24.json', 0],
    ['2026', 'Jan', 'ossec-alerts-02-001.json.gz', 1],
    ['1999', 'Dec', 'ossec-alerts-31-1000.json.sum', 1000],
  ])('are read as they are written: %s/%s/%s', (year, month, name, part) => {
    const file = parseName(alerts, [year, month, name]);
    expect(file?.part).toBe(part);
    expect(file && `${stemOf(alerts, file)}.json${file.form}`).toBe(`${year}/${month}/${name}`);
  });

  it.each([
    ['2026', 'November', 'ossec-alerts-24.json'],
    ['26', 'Nov', 'ossec-alerts-24.json'],
    ['2026', 'Nov', 'ossec-alerts-24.log'],
    ['2026', 'Nov', 'ossec-alerts-24.json.gz.new'],
    ['2026', 'Nov', 'ossec-archive-24.json'],
    ['2026', 'Nov', 'ossec-alerts-4.json'],
  ])('are no others: %s/%s/%s', (year, month, name) => {
    expect(parseName(alerts, [year, month, name])).toBeUndefined();
  });

  it('are ordered by day, then by part', () => {
    const file = (year: number, month: number, date: number, part: number) => ({ day: { year, month, date }, part });
    const sorted = [
      file(2025, 11, 31, 0),
      file(2026, 0, 1, 0),
      file(2026, 0, 1, 1),
      file(2026, 0, 2, 0),
      file(2026, 1, 1, 0),
    ];
    expect([...sorted].reverse().sort(compareDayFiles)).toEqual(sorted);
  });
});
