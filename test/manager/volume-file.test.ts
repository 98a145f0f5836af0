import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVolumeFile, type VolumeFile } from '../../src/manager/volume-file.ts';

let folder: string;
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte-volume-'));
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nowMs = new Date(2026, 10, 24, 12).getTime();
const path = (): string => join(folder, 'volume.json');
const open = (at = path()): VolumeFile =>
  openVolumeFile(
    at,
    () => nowMs,
    (message) => told.push(message),
  );

describe('the file of counted events', () => {
  it('is read as it was written', () => {
    const first = open();
    for (let count = 0; count < 7; count += 1) first.volume.count(nowMs);
    first.save();
    expect(open().volume.state()).toEqual(first.volume.state());
    expect(first.volume.state().today.counts[12]).toBe(7);
    expect(readdirSync(folder)).toEqual(['volume.json']);
    expect(told).toEqual([]);
  });

  it('is begun anew where something else stands in it', () => {
    writeFileSync(path(), '{"days":-1}');
    const file = open();
    expect(told).toEqual([expect.stringMatching(/volume\.json is not what was written there.*days/s)]);
    file.volume.count(nowMs);
    file.save();
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toMatchObject({ days: 0 });
  });

  it('is told of once where the disk refuses it, and written later', () => {
    const file = open();
    rmSync(folder, { recursive: true });
    file.save();
    file.save();
    expect(told).toEqual([expect.stringMatching(/cannot be stored, trying again: .*ENOENT/)]);
    folder = mkdtempSync(join(tmpdir(), 'riposte-volume-'));
    const other = open();
    other.volume.count(nowMs);
    other.save();
    expect(readdirSync(folder)).toEqual(['volume.json']);
  });
});
