import { systemClock } from '../system/clock.ts';
import { readEnvironment, readVariables } from '../system/environment.ts';
import type { Surroundings } from './context.ts';

/** The real ones. */
export function describeSurroundings(): Surroundings {
  const environment = readEnvironment();
  return {
    environment: readVariables(),
    isRoot: environment.isRoot,
    defaultHome: environment.home,
    sshClient: environment.sshClient,
    nowMs: systemClock.nowMs,
    input: process.stdin,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  };
}
