// Where the system has no inotify watches to give.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createTailSource } from '../../src/source/tail/tailer.ts';
import { type Clock, systemClock } from '../../src/system/clock.ts';
import { collect, makeFolder, textsOf } from './collect.ts';

vi.mock('node:fs', async (importOriginal) => ({
  ...(await importOriginal<typeof import('node:fs')>()),
  watch: () => {
    throw new Error('ENOSPC');
  },
}));

it('asks four times a second', async () => {
  const folder = makeFolder();
  const path = join(folder.path, 'app.log');
  writeFileSync(path, '');
  const armed: { ms: number; callback: () => void }[] = [];
  const clock: Clock = {
    ...systemClock,
    after: (ms, callback) => {
      armed.push({ ms, callback });
      return { cancel: () => armed.splice(0) };
    },
  };
  const collector = collect();
  const source = createTailSource({ path, clock }, collector);
  source.start();
  appendFileSync(path, 'one\n');
  expect(collector.messages).toEqual([]);
  const first = armed.shift();
  expect(first?.ms).toBe(250);
  first?.callback();
  expect(textsOf(collector)).toEqual(['one']);
  expect(armed.map((each) => each.ms)).toEqual([250]);
  await source.stop();
  expect(armed).toEqual([]);
  folder.remove();
});
