import { getHeapStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { returnMemory } from '../../src/system/memory.ts';

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
