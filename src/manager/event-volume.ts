// How many events come in each hour of the day, and whether that is far more than usual. // spec ruleset §10, `stats`
import { z } from 'zod';
import { boundsOf, type Day, dayOf } from './daily-files/day.ts';

const hours = 24;
const counts = z.array(z.int().nonnegative()).length(hours);

/** What is remembered across restarts. */
export const volumeState = z.object({
  /** Days that have gone into the averages. */
  days: z.int().nonnegative(),
  /** By hour of the local clock; 0: not known. */
  averages: counts,
  today: z.object({
    day: z.object({ year: z.int(), month: z.int(), date: z.int() }),
    counts,
    /** How often more than usual was told of. */
    told: z.int().nonnegative(),
    /** The hour of which it was told last, -1 for none. */
    toldHour: z.int(),
  }),
});
export type VolumeState = z.infer<typeof volumeState>;

/** As the original has them: an hour is far above its average by so much per cent, but at least and at most by so many events. */
const percentAbove = 150;
const leastAbove = 1250;
const mostAbove = 999_000;
/** Averages of fewer days say nothing. */
const fewestDays = 3;
const mostToldInADay = 3;
/** An average is at most that of the last days, roughly. */
const mostDaysWeighed = 7;

export interface EventVolume {
  /** Counts an event that came at a time (wall clock, ms). Returns what is to be said where its hour is now far above the usual: once an hour, three times a day. */
  count(timeMs: number): string | undefined;
  state(): VolumeState;
}

/** `nowMs`: wall clock. */
export function createEventVolume(nowMs: () => number, remembered?: VolumeState): EventVolume {
  const { days, averages, today } = structuredClone(remembered) ?? {
    days: 0,
    averages: new Array<number>(hours).fill(0),
    today: newDay(dayOf(nowMs())),
  };
  return new Volume({ days, averages, today }, nowMs);
}

function newDay(day: Day): VolumeState['today'] {
  return { day, counts: new Array<number>(hours).fill(0), told: 0, toldHour: -1 };
}

class Volume implements EventVolume {
  private days: number;
  private readonly averages: number[];
  private today: VolumeState['today'];
  private bounds: ReturnType<typeof boundsOf>;
  private hourStartMs = Number.NaN;
  private hourEndMs = Number.NaN;
  private hour = 0;
  private limit = Number.POSITIVE_INFINITY;
  private readonly nowMs: () => number;

  constructor({ days, averages, today }: VolumeState, nowMs: () => number) {
    this.nowMs = nowMs;
    this.days = days;
    this.averages = averages;
    this.today = today;
    this.bounds = boundsOf(today.day);
  }

  count(timeMs: number): string | undefined {
    if (!(timeMs >= this.hourStartMs && timeMs < this.hourEndMs)) {
      if (timeMs >= this.bounds.endMs) this.endDay(dayOf(timeMs));
      else if (timeMs < this.bounds.startMs) {
        // Of a day that is over: its averages are made. But a day that is still to come is that of a clock that was ahead.
        if (this.bounds.startMs <= this.nowMs()) return undefined;
        this.begin(dayOf(timeMs));
      }
      this.enterHour(timeMs);
    }
    const { counts: seen } = this.today;
    const count = (seen[this.hour] ?? 0) + 1;
    seen[this.hour] = count;
    return count > this.limit ? this.tell(count) : undefined;
  }

  private enterHour(timeMs: number): void {
    const start = new Date(timeMs);
    this.hour = start.getHours();
    this.hourStartMs = start.setMinutes(0, 0, 0);
    this.hourEndMs = this.hourStartMs + 3_600_000;
    this.limit = this.limitOf(this.hour);
  }

  /** More than this is far above the usual. */
  private limitOf(hour: number): number {
    const average = this.averages[hour] ?? 0;
    const { told, toldHour } = this.today;
    const isQuiet = this.days < fewestDays || average === 0 || told >= mostToldInADay || toldHour === hour;
    if (isQuiet) return Number.POSITIVE_INFINITY;
    const above = Math.floor((average * percentAbove) / 100) + 1;
    return average + Math.min(mostAbove, Math.max(leastAbove, above));
  }

  private tell(count: number): string {
    const { hour } = this;
    this.today.told += 1;
    this.today.toldHour = hour;
    this.limit = Number.POSITIVE_INFINITY;
    return `The average number of logs between ${hour}:00 and ${hour + 1}:00 is ${this.averages[hour]}. We reached ${count}.`;
  }

  /** What came goes into the averages; an hour without events leaves its own as it is. After a day far above them, they follow faster. */
  private endDay(next: Day): void {
    this.days += 1;
    const weight = Math.min(mostDaysWeighed, this.days);
    const isUnusual = this.today.told >= mostToldInADay;
    const [share, allowance] = isUnusual ? [3, 25] : [1, 5];
    for (const [hour, count] of this.today.counts.entries()) {
      if (count === 0) continue;
      const average = this.averages[hour] ?? 0;
      this.averages[hour] =
        average === 0 ? count + 20 : Math.floor((share * count + weight * average) / (weight + share)) + allowance;
    }
    this.begin(next);
  }

  private begin(day: Day): void {
    this.today = newDay(day);
    this.bounds = boundsOf(day);
  }

  state(): VolumeState {
    return structuredClone({ days: this.days, averages: this.averages, today: this.today });
  }
}
