// Gives back to the system what a burst leaves over: the engine itself does so minutes later, or never where little happens.
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trimHeap } from './ffi.ts';

/** Less than this is not worth the pauses, bytes. */
const worthwhile = 16 * 1024 * 1024;

/** The first marks, the second empties pages, the third lets them go: seen with Node 20. */
const collections = 3;

let collect: (() => void) | undefined;
/** Of the heap when it was last given back, bytes. */
let sizeAfter = 0;

const heapSize = (): number => getHeapStatistics().total_physical_size;

/**
 * Does nothing where the heap has not grown by 16 MiB since it last did something. Otherwise three pauses of about a
 * millisecond for each MiB in use, with other work between them.
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
