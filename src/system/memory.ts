// Gives back to the system what a burst leaves over: the engine itself does so minutes later, or never where little happens.
import { Session } from 'node:inspector';
import { getHeapStatistics } from 'node:v8';
import type { Clock, Timer } from './clock.ts';
import { trimHeap } from './ffi.ts';

/** Less than this is not worth the pause, bytes. */
const worthwhile = 8 * 1024 * 1024;

const intervalMs = 10_000;

/** Share of the last interval in which the event loop worked, above which it is not disturbed. */
const busy = 0.1;

/** Of the heap when it was last given back, or when the first look was still to come, bytes. */
let sizeAfter = 0;

const heapSize = (): number => getHeapStatistics().total_physical_size;

/** Looks every ten seconds until it is stopped, and leaves a busy process alone. */
export function startMemoryReturn(clock: Pick<Clock, 'after'>): { stop(): void } {
  let before = performance.eventLoopUtilization();
  sizeAfter = Math.max(sizeAfter, heapSize());
  let timer: Timer;
  const look = (): void => {
    const { utilization } = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    if (utilization < busy) void returnMemory();
    arm();
  };
  const arm = (): void => {
    timer = clock.after(intervalMs, look);
  };
  arm();
  return { stop: () => timer.cancel() };
}

/**
 * Does nothing where the heap has not grown by 8 MiB since it last did something. Otherwise one pause of about three
 * milliseconds for each MiB in use. Never rejects.
 */
export async function returnMemory(): Promise<void> {
  if (heapSize() < sizeAfter + worthwhile) return;
  await collectGarbage();
  trimHeap();
  sizeAfter = heapSize();
}

/** Node has no call of its own that also lets go of the pages which are empty afterwards; three of `gc` keep twice as much. */
async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  await new Promise<void>((resolve) => session.post('HeapProfiler.collectGarbage', () => resolve()));
  session.disconnect();
}
