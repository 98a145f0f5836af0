import { getHeapStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { returnMemory, startMemoryReturn } from '../../src/system/memory.ts';

const mebibyte = 1024 * 1024;
const heapSize = (): number => getHeapStatistics().total_physical_size;

it('gives back what was left over, and nothing is lost of what is in use', async () => {
  await returnMemory();
  const kept: { at: number; text: string; list: number[] }[] = [];
  for (let at = 0; at < 400_000; at += 1) {
    kept.push({ at, text: `text ${at}`, list: [at, at + 0.5] });
  }
  const grown = heapSize();
  kept.length = 100;
  await returnMemory();
  expect(grown - heapSize()).toBeGreaterThan(20 * mebibyte);
  expect(kept[99]).toMatchObject({ at: 99, text: 'text 99' });
});

it('looks every ten seconds until it is stopped', () => {
  const timers: { ms: number; run: () => void; cancelled: boolean }[] = [];
  const memory = startMemoryReturn({
    after: (ms, run) => {
      const timer = { ms, run, cancelled: false };
      timers.push(timer);
      return {
        cancel: () => {
          timer.cancelled = true;
        },
      };
    },
  });
  timers[0]?.run();
  memory.stop();
  expect(timers.map(({ ms, cancelled }) => [ms, cancelled])).toEqual([
    [10_000, false],
    [10_000, true],
  ]);
});
