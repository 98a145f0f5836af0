// A clock that moves when it is told to; its timers die with the life they were set in.
import type { Clock, Timer } from '../../../src/system/clock.ts';

/** Everything that is only promises has happened afterwards. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class ModelClock implements Clock {
  private wall = Date.UTC(2026, 5, 1);
  private boot = 1_000_000;
  private timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  nowMs(): number {
    return this.wall;
  }
  bootMs(): number {
    return this.boot;
  }
  ticksMs(): number {
    return this.boot;
  }
  after(ms: number, callback: () => void): Timer {
    const timer = { at: this.boot + Math.max(0, ms), callback };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  }
  get armed(): number {
    return this.timers.size;
  }

  /** Somebody sets the wall clock. */
  setWall(deltaMs: number): void {
    this.wall += deltaMs;
  }
  /** Time passes while nobody runs. */
  pass(ms: number): void {
    this.wall += ms;
    this.boot += ms;
  }
  dropTimers(): void {
    this.timers.clear();
  }
  reboot(): void {
    this.boot = 5000;
  }

  async advance(ms: number): Promise<void> {
    await settle();
    const end = this.boot + ms;
    for (;;) {
      let first = Number.POSITIVE_INFINITY;
      for (const { at } of this.timers) first = Math.min(first, at);
      if (first > end) break;
      this.pass(Math.max(0, first - this.boot));
      for (const timer of [...this.timers]) {
        if (timer.at <= this.boot && this.timers.delete(timer)) timer.callback();
      }
      await settle();
    }
    this.pass(end - this.boot);
    await settle();
  }
}
