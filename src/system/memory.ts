// Gives back to the system what a burst leaves over: the engine itself does so minutes later, or never where little happens.
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock, Timer } from './clock.ts';
import { trimHeap } from './ffi.ts';

/** Less than this is not worth the pauses, bytes. */
const worthwhile = 16 * 1024 * 1024;

/** The first marks, the second empties pages, the third lets them go: seen with Node 20. */
const collections = 3;

const intervalMs = 10_000;

/** Share of the last interval in which the event loop worked, above which it is not disturbed. */
const busy = 0.1;

let collect: (() => void) | undefined;
/** Of the heap when it was last given back, bytes. */
let sizeAfter = 0;

const heapSize = (): number => getHeapStatistics().total_physical_size;

/** Looks every ten seconds until it is stopped, and leaves a busy process alone. */
export function startMemoryReturn(clock: Pick<Clock, 'after'>): { stop(): void } {
  let before = performance.eventLoopUtilization();
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
 * Does nothing where the heap has not grown by 16 MiB since it last did something. Otherwise three pauses of about a
 * millisecond for each MiB in use, with other work between them. Never rejects.
 */
export async function returnMemory(): Promise<void> {
  if (heapSize() < sizeAfter + worthwhile) return;
  collect ??= findCollector();
  for (let turn = 0; turn < collections; turn += 1) {
    collect();
    await new Promise(setImmediate);
  }
  trimHeap();
  sizeAfter = heapSize();
}

/** Node has no call for it but this. */
function findCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collector: () => void = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return collector;
}
