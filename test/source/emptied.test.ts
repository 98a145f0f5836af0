// What was written to an empty file and copied away and emptied again (copytruncate) before anybody looked.
import { appendFileSync, copyFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogMessage } from '../../src/source/message.ts';
import type { Source, SourcePosition } from '../../src/source/source.ts';
import { FollowedFiles } from '../../src/source/tail/followed-files.ts';
import { createTailSource } from '../../src/source/tail/tailer.ts';
import { systemClock } from '../../src/system/clock.ts';
import { type Collector, collect, makeFolder, textsOf } from './collect.ts';

let folder: { path: string; remove(): void };
let path: string;
let source: Source | undefined;

let seen: Collector<LogMessage>;

beforeEach(() => {
  folder = makeFolder();
  path = join(folder.path, 'app.log');
  seen = collect();
  writeFileSync(`${path}.2`, 'stale\n');
  writeFileSync(path, '');
  untilNextTick();
});

/** The clock of file systems moves in steps of some milliseconds: what is made from here on is younger than the file. */
function untilNextTick(than = path): void {
  const probe = join(folder.path, 'probe');
  do {
    rmSync(probe, { force: true });
    writeFileSync(probe, '');
  } while (statSync(probe).birthtimeMs <= statSync(than).mtimeMs);
}

afterEach(async () => {
  await source?.stop();
  source = undefined;
  folder.remove();
});

function follow(position?: SourcePosition): void {
  source = createTailSource({ path, position, clock: systemClock }, seen);
  source.start();
}

function writeCopyEmpty(line: string, copy: string): void {
  appendFileSync(path, line);
  copyFileSync(path, copy);
  truncateSync(path);
}

describe('a file that was empty when it was last looked at', () => {
  it.each([[], ['three']])('is read from its copy too while it is followed, and then itself: %j', async (...rest) => {
    follow();
    // In one go: the reader cannot look in between.
    writeCopyEmpty('one\ntwo\n', `${path}.1`);
    appendFileSync(path, rest.map((line) => `${line}\n`).join(''));
    await seen.whenCount(2 + rest.length);
    appendFileSync(path, 'four\n');
    await seen.whenCount(3 + rest.length);
    expect(textsOf(seen)).toEqual(['one', 'two', ...rest, 'four']);
  });

  it('is read from all copies that were made since it was last read, in their order', async () => {
    follow();
    appendFileSync(path, 'zero\n');
    await seen.whenCount(1);
    appendFileSync(path, 'one\n');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    for (const line of ['two\n', 'three\n']) {
      untilNextTick(`${path}.1`);
      renameSync(`${path}.1`, line === 'two\n' ? `${path}.4` : `${path}.3`);
      writeCopyEmpty(line, `${path}.1`);
    }
    appendFileSync(path, 'four\n');
    await seen.whenCount(5);
    expect(textsOf(seen)).toEqual(['zero', 'one', 'two', 'three', 'four']);
  });

  it('is read once where somebody only made a copy', async () => {
    follow();
    appendFileSync(path, 'one\n');
    copyFileSync(path, `${path}.bak`);
    await seen.whenCount(1);
    appendFileSync(path, 'two\n');
    await seen.whenCount(2);
    expect(textsOf(seen)).toEqual(['one', 'two']);
  });

  it('is read from its copies after a restart', async () => {
    follow();
    await source?.stop();
    const position = source?.position();
    writeCopyEmpty('one\n', `${path}.1`);
    renameSync(`${path}.2`, `${path}.3`);
    renameSync(`${path}.1`, `${path}.2`);
    writeCopyEmpty('two\n', `${path}.1`);
    appendFileSync(path, 'three\n');
    follow(JSON.parse(JSON.stringify(position)));
    await seen.whenCount(3);
    expect(textsOf(seen)).toEqual(['one', 'two', 'three']);
  });
});

describe('a file with bytes that were seen, not read, when it was copied and emptied', () => {
  const nowMs = 0;
  let files: FollowedFiles;

  /** What comes out of all files there are to read. */
  function read(): string[] {
    const texts: string[] = [];
    const buffer = Buffer.alloc(4096);
    for (const log of files.logs()) while (log.read(buffer, (text) => texts.push(text)) > 0);
    return texts;
  }

  beforeEach(() => {
    files = new FollowedFiles(path, () => undefined);
    files.lookAtPath(nowMs);
  });

  afterEach(() => files.close());

  it('is read from the copy where it was empty before', () => {
    appendFileSync(path, 'one\n');
    files.lookForTruncation(nowMs);
    untilNextTick();
    writeCopyEmpty('two\n', `${path}.1`);
    untilNextTick();
    files.lookForTruncation(nowMs);
    expect(read()).toEqual(['one', 'two']);
  });

  it('is read from both copies where it was emptied before too', () => {
    appendFileSync(path, 'zero\n');
    expect(read()).toEqual(['zero']);
    writeCopyEmpty('one\n', `${path}.1`);
    appendFileSync(path, 'two\n');
    files.lookForTruncation(nowMs);
    untilNextTick();
    renameSync(`${path}.2`, `${path}.3`);
    renameSync(`${path}.1`, `${path}.2`);
    writeCopyEmpty('three\n', `${path}.1`);
    untilNextTick();
    appendFileSync(path, 'four\n');
    files.lookForTruncation(nowMs);
    expect(read()).toEqual(['one', 'two', 'three', 'four']);
  });

  it('is read from the copy where it was there first when it was opened', () => {
    files.close();
    appendFileSync(path, 'one\n');
    files.lookAtPath(nowMs);
    untilNextTick();
    writeCopyEmpty('two\n', `${path}.1`);
    untilNextTick();
    appendFileSync(path, 'three\n');
    files.lookForTruncation(nowMs);
    expect(read()).toEqual(['one', 'two', 'three']);
  });
});

describe('a file that was written anew', () => {
  it('is read from its start where its first bytes, and more than was read of it, are there again', async () => {
    follow();
    const banner = 'banner'.repeat(50);
    appendFileSync(path, `${banner}\nfirst\n`);
    await seen.whenCount(2);
    writeFileSync(path, `${banner}\nother\nmore\n`);
    await seen.whenCount(5);
    expect(textsOf(seen)).toEqual([banner, 'first', banner, 'other', 'more']);
  });
});
