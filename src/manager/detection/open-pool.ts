// The detection threads that the settings of a service ask for.
import { startThread } from '../../system/threads.ts';
import type { Rules } from '../rules.ts';
import type { ServiceOptions } from '../service.ts';
import { createDetectionPool, type DetectionPool } from './detection-pool.ts';

const workerFile = new URL('./worker.js', import.meta.url);

/** Undefined where there are none. What is remembered is with them from then on. */
export function openPool({ configuration, rules, nodeName, print }: PoolOptions): DetectionPool | undefined {
  const threads = configuration.values.settings.detectionThreads;
  if (threads === 0) return undefined;
  const pool = createDetectionPool({
    threads,
    hostname: nodeName,
    startThread: (handlers) => startThread(workerFile, handlers),
    print,
  });
  rules.rememberIn(pool, threads);
  return pool;
}

type PoolOptions = Pick<ServiceOptions, 'configuration' | 'nodeName' | 'print'> & {
  readonly rules: Pick<Rules, 'rememberIn'>;
};
