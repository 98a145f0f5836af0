import { spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readHolder, takeLock } from '../../src/system/lock.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'service.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('is held by one, and names the holder', () => {
  const first = takeLock(path);
  expect(takeLock(path)).toEqual({ held: false, holder: process.pid });
  if (!first.held) throw new Error('not held');
  first.release();
  first.release();
  expect(readHolder(path)).toBeUndefined();
  const second = takeLock(path);
  expect(second.held).toBe(true);
  if (second.held) second.release();
});

it('cannot be held twice after the file was replaced', () => {
  const first = takeLock(path);
  renameSync(path, `${path}.old`);
  const second = takeLock(path);
  expect(second.held).toBe(true);
  expect(takeLock(path).held).toBe(false);
  for (const lock of [first, second]) if (lock.held) lock.release();
});

it('ignores what a crash left in the file', () => {
  writeFileSync(path, '4194305\n');
  const lock = takeLock(path);
  expect(lock.held).toBe(true);
  if (lock.held) lock.release();
});

it('is released by a crash of the holder', async () => {
  const child = spawn('flock', ['-x', path, '-c', 'echo held; exec sleep 300'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(takeLock(path).held).toBe(false);
  const ended = new Promise((resolve) => child.once('close', resolve));
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  await ended;
  await expect
    .poll(() => {
      const lock = takeLock(path);
      if (lock.held) lock.release();
      return lock.held;
    })
    .toBe(true);
});
