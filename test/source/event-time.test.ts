import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventTimeOf, headerTimeOf } from '../../src/source/event-time.ts';

const zoneBefore = process.env.TZ;
beforeAll(() => {
  process.env.TZ = 'Europe/Berlin';
});
afterAll(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

const at = (text: string): number => Date.parse(text);
const near = at('2026-11-24T12:00:00Z');

describe('the time in a header', () => {
  it.each([
    ['Nov 24 06:39:28 web1 sshd[1]: x', '2026-11-24T06:39:28+01:00'],
    ['Nov  4 06:39:28 web1 sshd[1]: x', '2026-11-04T06:39:28+01:00'],
    ['Jul 24 06:39:28 web1 sshd[1]: x', '2026-07-24T06:39:28+02:00'],
    ['2026-11-24T06:39:28.288+00:00 h p: x', '2026-11-24T06:39:28.288Z'],
    ['2026-11-24T06:39:28.214994-07:00 h p: x', '2026-11-24T06:39:28.214-07:00'],
    ['2026-11-24T06:39:28.214994-0700 h p: x', '2026-11-24T06:39:28.214-07:00'],
    ['2026-11-24T06:39:28-04:00 h p: x', '2026-11-24T06:39:28-04:00'],
    ['2026-11-24T06:39:28Z h p: x', '2026-11-24T06:39:28Z'],
    ['2026-11-24 06:39:28,805 fail2ban', '2026-11-24T06:39:28.805+01:00'],
    ['2026-11-24 06:39:28.404756-0700  localhost', '2026-11-24T06:39:28.404-07:00'],
    ['2026/11/24 06:39:28 [error] nginx', '2026-11-24T06:39:28+01:00'],
    ['2026 Nov 24 06:39:28 h p: x', '2026-11-24T06:39:28+01:00'],
    ['Tue Nov 24 06:39:28 2026 1 xferlog', '2026-11-24T06:39:28+01:00'],
    ['[Tue Nov 24 06:39:28.123456 2026] [core:error]', '2026-11-24T06:39:28+01:00'],
    ['11/24-06:39:28.240702  [**]', '2026-11-24T06:39:28+01:00'],
    ['11/24/2026-06:39:28.240702  [**]', '2026-11-24T06:39:28+01:00'],
    ['[Time 2026.11.24 06:39:28 UTC] [Facility auth]', '2026-11-24T06:39:28Z'],
    ['1795503568.368  11623 10.0.0.1 TCP_MISS', '2026-11-24T06:59:28.368Z'],
    ['192.0.2.1 - - [24/Nov/2026:06:39:28 +0000] "GET /"', '2026-11-24T06:39:28Z'],
  ])('%s', (line, expected) => {
    expect(headerTimeOf(line, near)).toBe(at(expected));
  });

  it.each([
    '',
    'no header here',
    'Xyz 24 06:39:28 h',
    'Nov 31 06:39:28 h',
    'Nov 24 25:39:28 h',
    '2026-13-01T00:00:00Z',
    '{"a":1}',
  ])('is not in %j', (line) => {
    expect(headerTimeOf(line, near)).toBeUndefined();
  });

  it('without a year belongs to the past year where this year has it yet to come', () => {
    expect(headerTimeOf('Dec 31 23:59:59 h p: x', at('2027-01-01T00:30:00+01:00'))).toBe(
      at('2026-12-31T23:59:59+01:00'),
    );
    expect(headerTimeOf('Nov 26 12:00:00 h p: x', near)).toBe(at('2025-11-26T12:00:00+01:00'));
  });

  it('without a year may be a little ahead, also over New Year', () => {
    expect(headerTimeOf('Jan  1 00:00:10 h p: x', at('2026-12-31T23:59:50+01:00'))).toBe(
      at('2027-01-01T00:00:10+01:00'),
    );
  });

  it('without a year on 29 February belongs to the last leap year', () => {
    expect(headerTimeOf('Feb 29 10:00:00 h p: x', near)).toBe(at('2024-02-29T10:00:00+01:00'));
  });
});

describe('the event time of a line written while nobody read', () => {
  const backlog = { nowMs: near, fileMtimeMs: near - 60_000, previousMs: undefined };

  it('is its own, so that a weekend does not shrink to a second', () => {
    let previousMs: number | undefined;
    const times = ['Nov 21 10:00:00 h', 'Nov 22 10:00:00 h', 'Nov 23 10:00:00 h'].map((text) => {
      const time = eventTimeOf(text, { ...backlog, previousMs });
      previousMs = time.believedMs;
      return time.timeMs;
    });
    expect(times.map((time) => times[0] === undefined || time - times[0])).toEqual([0, 86_400_000, 172_800_000]);
  });

  it('is the last writing of the file where there is no header, never later than now', () => {
    expect(eventTimeOf('x', backlog).timeMs).toBe(near - 60_000);
    expect(eventTimeOf('x', { ...backlog, fileMtimeMs: near + 5_000_000 }).timeMs).toBe(near);
  });

  it('is that of the line before where a line has no header', () => {
    expect(eventTimeOf('  at Frame.run', { ...backlog, previousMs: 5000 })).toEqual({ timeMs: 5000, believedMs: 5000 });
  });

  it('does not go back', () => {
    const time = eventTimeOf('2026-11-24T11:00:00Z h', { ...backlog, previousMs: at('2026-11-24T11:00:05Z') });
    expect(time.timeMs).toBe(at('2026-11-24T11:00:05Z'));
  });

  it('held to the limit is not later than it, and a header far ahead does not drag the lines behind it along', () => {
    expect(eventTimeOf('2026-11-24T11:59:30Z h', backlog).timeMs).toBe(near - 60_000);
    const ahead = eventTimeOf('2030-01-01T00:00:00Z h', { ...backlog, previousMs: near - 7_200_000 });
    expect(ahead.timeMs).toBe(near - 7_200_000);
    expect(eventTimeOf('2030-01-01T00:00:00Z h', backlog).believedMs).toBeUndefined();
    expect(eventTimeOf('2026-11-24T11:00:00Z h', { ...backlog, previousMs: ahead.believedMs }).timeMs).toBe(
      at('2026-11-24T11:00:00Z'),
    );
  });

  it('is never later than now and never earlier than the line before, whatever the lines say', () => {
    const line = fc.oneof(
      fc.string(),
      fc
        .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => `${date.toISOString()} h p: x`),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        let previousMs: number | undefined;
        let last = Number.NEGATIVE_INFINITY;
        for (const text of lines) {
          const time = eventTimeOf(text, { ...backlog, previousMs });
          expect(time.timeMs).toBeLessThanOrEqual(near);
          if (time.believedMs !== undefined) {
            expect(time.timeMs).toBeGreaterThanOrEqual(last);
            last = time.timeMs;
          }
          previousMs = time.believedMs;
        }
      }),
    );
  });
});
