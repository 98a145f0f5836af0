// The one place that reads the clock and sets timers.
import { readBootClockMs } from './ffi.ts';

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall clock, ms since 1970. Jumps when somebody sets it. */
  nowMs(): number;
  /** Milliseconds since boot, suspend included; never goes back. */
  bootMs(): number;
  /** Monotonic, for durations only; ms with fractions, suspend not included. */
  ticksMs(): number;
  /** Calls back once after `ms`, of any length. */
  after(ms: number, callback: () => void): Timer;
}

// Node fires at once when a delay exceeds 2^31 ms (24.8 days).
const longestDelayMs = 3_600_000;

function after(ms: number, callback: () => void): Timer {
  let timer: NodeJS.Timeout;
  const until = performance.now() + ms;
  const arm = (): void => {
    const left = until - performance.now();
    timer = left > longestDelayMs ? setTimeout(arm, longestDelayMs) : setTimeout(callback, Math.max(0, left));
  };
  arm();
  return { cancel: () => clearTimeout(timer) };
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  bootMs: readBootClockMs,
  ticksMs: () => performance.now(),
  after,
};

export const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
