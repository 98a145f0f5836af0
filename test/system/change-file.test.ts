import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSystemHost } from '../../src/system/processes.ts';

const host = createSystemHost();
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte-change-'));
  path = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const change = (to: (text: string | undefined) => string | null | undefined, mode = 0o644): Promise<void> =>
  host.changeFile(path, mode, to);
const text = (): string => readFileSync(path, 'latin1');

describe('changing a file', () => {
  it('gives it the new bytes in one step, with the mode that it had', async () => {
    writeFileSync(path, Buffer.from('caf\xe9', 'latin1'));
    chmodSync(path, 0o640);
    const { ino } = statSync(path);
    await change((before) => `${before}\0!`);
    expect(text()).toBe('caf\xe9\0!');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(path).ino).not.toBe(ino);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('makes it with the mode that is asked for, and removes it', async () => {
    await change((before) => (before === undefined ? 'new' : 'old'), 0o604);
    expect(text()).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o604);
    await change(() => null);
    expect(readdirSync(folder)).toEqual([]);
    await change(() => null);
  });

  it('leaves it alone where nothing is new', async () => {
    writeFileSync(path, 'same');
    const { ino, mtimeMs } = statSync(path);
    await change(() => 'same');
    await change(() => undefined);
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('follows a symbolic link, which stays one', async () => {
    writeFileSync(join(folder, 'target'), 'x');
    symlinkSync('target', path);
    await change(() => 'y');
    expect(readlinkSync(path)).toBe('target');
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('y');
  });

  it('keeps it as it was where the change throws', async () => {
    writeFileSync(path, 'x');
    await expect(
      change(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(text()).toBe('x');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('loses none of many that come at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => change((before = '') => `${before}${index}\n`)));
    expect(
      text()
        .trim()
        .split('\n')
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([...Array(20).keys()]);
  });

  it('waits for another who changes it, unless he is dead', async () => {
    const other = `${path}.riposte-new`;
    writeFileSync(other, 'half');
    const waiting = change(() => 'mine');
    await new Promise((go) => setImmediate(go));
    expect(readdirSync(folder)).toEqual(['file.riposte-new']);
    rmSync(other);
    await waiting;
    expect(text()).toBe('mine');
    // The time of its making cannot be set: a file that was just made is never taken for a dead one's.
    writeFileSync(other, 'half');
    utimesSync(other, 1, 1);
    const second = change(() => 'again');
    await new Promise((go) => setImmediate(go));
    expect(text()).toBe('mine');
    rmSync(other);
    await second;
    expect(text()).toBe('again');
  });
});
