// A deadline that can stand still.
import type { Clock, Timer } from '../../system/clock.ts';

/** Counts only while it runs; starts stopped. */
export class Deadline {
  readonly #clock: Clock;
  readonly #passed: () => void;
  #leftMs: number;
  #since = 0;
  #timer: Timer | undefined;
  #closed = false;

  constructor(ms: number, clock: Clock, passed: () => void) {
    this.#leftMs = ms;
    this.#clock = clock;
    this.#passed = passed;
  }

  run(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#since = this.#clock.ticksMs();
    this.#timer = this.#clock.after(this.#leftMs, this.#passed);
  }

  stop(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#leftMs = Math.max(0, this.#leftMs - (this.#clock.ticksMs() - this.#since));
  }

  /** For good: a later `run` does nothing. */
  close(): void {
    this.stop();
    this.#closed = true;
  }
}
