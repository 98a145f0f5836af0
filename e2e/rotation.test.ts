// A real logrotate rotates a file that is being written and followed: each line is seen once, in order.
import { execFile, spawnSync } from 'node:child_process';
import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogMessage } from '../src/source/message.ts';
import type { Source, SourcePosition } from '../src/source/source.ts';
import { createTailSource } from '../src/source/tail/tailer.ts';
import { systemClock } from '../src/system/clock.ts';

const hasLogrotate = spawnSync('logrotate', ['--version']).status === 0;
if (!hasLogrotate) console.warn('e2e/rotation: skipped, logrotate is not installed');

const run = promisify(execFile);
const rounds = 4;
/** So many, because what goes wrong here goes wrong between two system calls. */
const copyRounds = 40;

let folder: string;
let path: string;
let texts: string[];
let ids: Set<string>;
let source: Source | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte-rotation-'));
  path = join(folder, 'app.log');
  texts = [];
  ids = new Set();
  writeFileSync(path, '');
});

afterEach(async () => {
  await source?.stop();
  source = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function follow(position?: SourcePosition): Source {
  const onBatch = (messages: readonly LogMessage[]): void => {
    for (const message of messages) {
      texts.push(message.text);
      ids.add(message.id);
    }
  };
  source = createTailSource(
    { path, position, clock: systemClock },
    { onBatch, onTrouble: (trouble) => texts.push(trouble.message) },
  );
  source.start();
  return source;
}

async function rotate(directives: string): Promise<void> {
  const configuration = join(folder, 'rotate.conf');
  writeFileSync(configuration, `${path} {\n  rotate 99\n  ${directives}\n}\n`, { mode: 0o644 });
  await run('logrotate', ['--force', '--state', join(folder, 'state'), configuration]);
}

async function whenSeen(count: number): Promise<void> {
  const until = Date.now() + 20_000;
  while (texts.length < count && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
}

function expectEachOnce(count: number): void {
  expect(texts).toEqual(Array.from({ length: count }, (_, index) => `line ${index}`));
  expect(ids.size).toBe(count);
}

describe.skipIf(!hasLogrotate)('a file that logrotate rotates', () => {
  it.each(['create', 'create\n  compress\n  delaycompress', 'create\n  compress'])(
    'by renaming (%s), while its writer still writes to the old one',
    async (directives) => {
      follow();
      let count = 0;
      let writer = openSync(path, 'a');
      const writeLine = (): void => {
        writeSync(writer, `line ${count}\n`);
        count += 1;
      };
      for (let round = 0; round < rounds; round += 1) {
        // logrotate says itself what compressing at once does to late writes: the writer pauses then.
        const isWriting = !directives.endsWith('  compress');
        writeLine();
        let rotating = true;
        const rotation = rotate(directives).finally(() => {
          rotating = false;
        });
        while (rotating) {
          if (isWriting) writeLine();
          await new Promise((resolve) => setImmediate(resolve));
        }
        await rotation;
        if (isWriting) for (let late = 0; late < 10; late += 1) writeLine();
        closeSync(writer);
        writer = openSync(path, 'a');
        writeLine();
      }
      closeSync(writer);
      await whenSeen(count);
      expectEachOnce(count);
    },
  );

  it('by copying and emptying it', async () => {
    follow();
    let count = 0;
    for (let round = 0; round < copyRounds; round += 1) {
      for (let line = 0; line < 100; line += 1, count += 1) appendFileSync(path, `line ${count}\n`);
      await rotate('copytruncate');
    }
    appendFileSync(path, `line ${count}\n`);
    count += 1;
    await whenSeen(count);
    expectEachOnce(count);
  });

  it.each(['create', 'copytruncate'])('while we were down (%s)', async (directives) => {
    const first = follow();
    appendFileSync(path, 'line 0\n');
    await whenSeen(1);
    await first.stop();
    appendFileSync(path, 'line 1\n');
    await rotate(directives);
    appendFileSync(path, 'line 2\n');
    follow(JSON.parse(JSON.stringify(first.position())));
    await whenSeen(3);
    expectEachOnce(3);
  });

  it('twice while we were down', async () => {
    const first = follow();
    appendFileSync(path, 'line 0\n');
    await whenSeen(1);
    await first.stop();
    for (const line of ['line 1\n', 'line 2\n']) {
      appendFileSync(path, line);
      await rotate('create');
    }
    appendFileSync(path, 'line 3\n');
    follow(first.position());
    await whenSeen(4);
    expectEachOnce(4);
  });
});
