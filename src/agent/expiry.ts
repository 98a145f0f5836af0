// How long a response is still to last: by the boot clock where it can be, by the wall clock where it must.
import type { Clock } from '../system/clock.ts';

/** When something ends, in both clocks. Kept in the journal. */
export interface Expiry {
  /** Wall clock, ms. */
  readonly atMs: number;
  /** Boot clock, ms; means something only in the boot it was taken in. */
  readonly atBootMs: number;
  /** Boot clock when this was written: a boot clock that is behind it is another one. */
  readonly takenBootMs: number;
  readonly bootId: string;
  /** The whole time from when this was taken; nothing lasts longer, whatever the wall clock says. ms */
  readonly spanMs: number;
}

export function expiryAfter(ms: number, clock: Clock, bootId: string): Expiry {
  const boot = clock.bootMs();
  return { atMs: clock.nowMs() + ms, atBootMs: boot + ms, takenBootMs: boot, bootId, spanMs: ms };
}

/** 0 to `spanMs`. Exact in the same boot, restarts of the agent included; across boots by the wall clock. */
export function remainingMs(expiry: Expiry, clock: Clock, bootId: string): number {
  const boot = clock.bootMs();
  const sameBoot = expiry.bootId === bootId && boot >= expiry.takenBootMs;
  const left = sameBoot ? expiry.atBootMs - boot : expiry.atMs - clock.nowMs();
  return Math.min(Math.max(0, left), expiry.spanMs);
}

/** The later of two; null is never. */
export function laterExpiry(a: Expiry | null, b: Expiry | null, clock: Clock, bootId: string): Expiry | null {
  if (a === null || b === null) return null;
  return remainingMs(a, clock, bootId) >= remainingMs(b, clock, bootId) ? a : b;
}

/** For the kernel: 0 would mean for ever. */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
