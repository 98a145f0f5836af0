import { expect, it } from 'vitest';
import { startHousekeeping } from '../../src/manager/housekeeping.ts';

function setUp(prune: () => boolean) {
  const timers: { run: () => void; cancelled: boolean }[] = [];
  const told: string[] = [];
  let refreshed = 0;
  let flushed = 0;
  let saved = 0;
  const housekeeping = startHousekeeping({
    clock: {
      nowMs: () => 1_000_000,
      after(_ms, run) {
        const timer = { run, cancelled: false };
        timers.push(timer);
        return {
          cancel: () => {
            timer.cancelled = true;
          },
        };
      },
    },
    store: { prune },
    protection: { refresh: () => (refreshed += 1) },
    flushLogs: () => {
      flushed += 1;
    },
    saveVolume: () => {
      saved += 1;
    },
    onFailure: (message) => told.push(message),
  });
  return { housekeeping, timers, told, refreshed: () => refreshed, flushed: () => flushed, saved: () => saved };
}

it('goes on every minute, after a failure too, and leaves no timer when it is stopped', () => {
  const { housekeeping, timers, told, refreshed, flushed, saved } = setUp(() => {
    throw new Error('disk full');
  });
  timers[0]?.run();
  expect(told).toEqual([expect.stringContaining('disk full')]);
  timers[1]?.run();
  expect(refreshed()).toBe(2);
  expect(flushed()).toBe(2);
  expect(saved()).toBe(2);
  housekeeping.stop();
  expect(timers).toHaveLength(3);
  expect(timers[2]?.cancelled).toBe(true);
});
