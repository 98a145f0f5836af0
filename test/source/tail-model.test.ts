// Whatever happens to a log file, in whatever order: each line once, under an id of its own.
import { appendFileSync, copyFileSync, existsSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Source, SourcePosition } from '../../src/source/source.ts';
import { createTailSource } from '../../src/source/tail/tailer.ts';
import { systemClock } from '../../src/system/clock.ts';
import { collect, makeFolder, textsOf } from './collect.ts';

type Step = 'append' | 'late' | 'rename' | 'copy and empty' | 'wait' | 'stop' | 'start';

const steps = fc.array(
  fc.constantFrom<Step>('append', 'append', 'append', 'late', 'rename', 'copy and empty', 'wait', 'stop', 'start'),
  { minLength: 5, maxLength: 25 },
);

function shift(path: string): void {
  for (let index = 20; index > 0; index -= 1) {
    if (existsSync(`${path}.${index}`)) renameSync(`${path}.${index}`, `${path}.${index + 1}`);
  }
}

async function play(sequence: readonly Step[]): Promise<void> {
  const folder = makeFolder();
  const path = join(folder.path, 'app.log');
  const collector = collect();
  writeFileSync(path, '');
  let written = 0;
  let source: Source | undefined;
  let position: SourcePosition | undefined;
  const start = (): void => {
    if (source !== undefined) return;
    source = createTailSource({ path, position, clock: systemClock }, collector);
    source.start();
  };
  const stop = async (): Promise<void> => {
    if (source === undefined) return;
    await source.stop();
    position = JSON.parse(JSON.stringify(source.position()));
    source = undefined;
  };
  const append = (file: string): void => {
    appendFileSync(file, `line ${written}\n`);
    written += 1;
  };
  const run = async (step: Step): Promise<void> => {
    if (step === 'append') append(path);
    else if (step === 'late' && existsSync(`${path}.1`) && source !== undefined) append(`${path}.1`);
    else if (step === 'rename' && existsSync(path)) {
      shift(path);
      renameSync(path, `${path}.1`);
    } else if (step === 'copy and empty' && existsSync(path)) {
      // Not before something of the file has been read: what is written and taken away from an empty file unseen leaves no trace.
      start();
      append(path);
      await collector.whenCount(written);
      shift(path);
      append(path);
      copyFileSync(path, `${path}.1`);
      truncateSync(path);
      await collector.whenCount(written);
    } else if (step === 'wait' && source !== undefined) await collector.whenCount(written);
    else if (step === 'stop') await stop();
    else if (step === 'start') start();
  };
  try {
    start();
    for (const step of sequence) await run(step);
    start();
    await collector.whenCount(written);
    expect(textsOf(collector).sort()).toEqual(Array.from({ length: written }, (_, index) => `line ${index}`).sort());
    expect(new Set(collector.messages.map((message) => message.id)).size).toBe(written);
  } finally {
    await stop();
    folder.remove();
  }
}

describe('a followed file', () => {
  it('gives each line once through renaming, emptying, late writes and restarts', { timeout: 20_000 }, async () => {
    await fc.assert(fc.asyncProperty(steps, play), { numRuns: 60 });
  });
});
