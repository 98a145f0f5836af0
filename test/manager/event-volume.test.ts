// Hours with far more events than usual.
import { describe, expect, it } from 'vitest';
import { createEventVolume, type EventVolume, volumeState } from '../../src/manager/event-volume.ts';

/** Local time in November. */
const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();

/** Counts so many events of one hour; what was said, with the number of the event. */
function countMany(volume: EventVolume, events: number, timeMs: number): [number, string][] {
  return Array.from({ length: events }, (_, index) => [index + 1, volume.count(timeMs)] as const).flatMap(
    ([number, said]) => (said === undefined ? [] : [[number, said]]),
  );
}

/** Days from the 1st on with so many events at 9 o'clock. */
function afterDays(days: number, events: number): EventVolume {
  const volume = createEventVolume(() => at(1, 0));
  for (let day = 1; day <= days; day += 1) expect(countMany(volume, events, at(day, 9))).toEqual([]);
  return volume;
}

describe('the volume of events', () => {
  it('is told once in an hour, from 150 per cent above the average on', () => {
    const volume = afterDays(3, 2000);
    // 2020 after the first day, (2000 + 2 * 2020) / 3 + 5 after the second, (2000 + 3 * 2018) / 4 + 5 after the third.
    expect(countMany(volume, 9000, at(4, 9))).toEqual([
      [2018 + 3028 + 1, 'The average number of logs between 9:00 and 10:00 is 2018. We reached 5047.'],
    ]);
  });

  it('is not told below 1,250 more than usual', () => {
    const volume = afterDays(3, 10);
    const said = countMany(volume, 2000, at(4, 9));
    expect(said.map(([number]) => number)).toEqual([28 + 1250 + 1]);
  });

  it('needs three days, and an hour that has had events before', () => {
    const volume = afterDays(2, 10);
    expect(countMany(volume, 5000, at(3, 9))).toEqual([]);
    expect(countMany(volume, 5000, at(4, 11))).toEqual([]);
  });

  it('is told three times in a day at most, whose counts then weigh three times as much', () => {
    const volume = createEventVolume(() => at(1, 0));
    for (let day = 1; day <= 3; day += 1) {
      for (let hour = 1; hour <= 5; hour += 1) countMany(volume, 10, at(day, hour));
    }
    const told = (day: number): number[] =>
      [1, 2, 3, 4, 5].filter((hour) => countMany(volume, 20_000, at(day, hour)).length > 0);
    expect(told(4)).toEqual([1, 2, 3]);
    countMany(volume, 1, at(5, 0));
    // (3 * 20,000 + 4 * 28) / 7 + 25: from now on this is as usual.
    expect(volume.state().averages.slice(1, 4)).toEqual([8612, 8612, 8612]);
    expect(told(6)).toEqual([]);
  });

  it('has averages that follow slowly, and leaves an hour alone in which nothing came', () => {
    const volume = afterDays(9, 1000);
    countMany(volume, 1, at(20, 3));
    const { averages, days } = volume.state();
    expect(days).toBe(9);
    expect(averages[9]).toBeGreaterThan(1000);
    expect(averages[9]).toBeLessThan(1050);
    expect(averages[3]).toBe(0);
  });

  it('goes on where it was after a restart, in the middle of an hour and after it has told', () => {
    const before = afterDays(3, 10);
    expect(countMany(before, 1000, at(4, 9))).toEqual([]);
    const state = volumeState.parse(JSON.parse(JSON.stringify(before.state())));
    const after = createEventVolume(() => at(4, 9, 30), state);
    expect(countMany(after, 1000, at(4, 9, 30)).map(([number]) => number)).toEqual([279]);
    const later = createEventVolume(() => at(4, 9, 40), after.state());
    expect(countMany(later, 9000, at(4, 9, 40))).toEqual([]);
  });

  it('begins anew where the clock was a year ahead and has been set right', () => {
    const volume = createEventVolume(() => at(1, 0));
    countMany(volume, 5, at(1, 9));
    countMany(volume, 5, new Date(2027, 10, 1).getTime());
    countMany(volume, 5, at(1, 10));
    expect(volume.state().today).toMatchObject({ day: { year: 2026, month: 10, date: 1 } });
    expect(volume.state().today.counts[10]).toBe(5);
  });

  it('does not count what comes late for a day that is over', () => {
    const volume = createEventVolume(() => at(2, 0));
    countMany(volume, 5, at(2, 0));
    countMany(volume, 5, at(1, 23, 59));
    expect(volume.state().today.counts).toEqual([5, ...new Array(23).fill(0)]);
  });
});
