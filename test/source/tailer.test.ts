import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogMessage } from '../../src/source/message.ts';
import type { Source, SourceHandlers, SourcePosition } from '../../src/source/source.ts';
import { createTailSource } from '../../src/source/tail/tailer.ts';
import { systemClock } from '../../src/system/clock.ts';
import { type Collector, collect, makeFolder, textsOf } from './collect.ts';

let folder: { path: string; remove(): void };
let path: string;
let sources: Source[];

beforeEach(() => {
  folder = makeFolder();
  path = join(folder.path, 'app.log');
  sources = [];
});

afterEach(async () => {
  for (const source of sources) await source.stop();
  folder.remove();
});

function follow(handlers: SourceHandlers<LogMessage>, position?: SourcePosition): Source {
  const source = createTailSource({ path, position, clock: systemClock }, handlers);
  sources.push(source);
  source.start();
  return source;
}

/** Reads until `count` messages have come, stops, and says where it stood. */
async function followUntil(
  count: number,
  collector: Collector<LogMessage>,
  position?: SourcePosition,
): Promise<SourcePosition> {
  const source = follow(collector, position);
  await collector.whenCount(count);
  await source.stop();
  return source.position();
}

/** Follows an empty file and writes `text` to it: a saved position behind it. */
async function readOnce(text: string, count: number): Promise<{ position: SourcePosition; messages: LogMessage[] }> {
  const collector = collect();
  writeFileSync(path, '');
  const source = follow(collector);
  appendFileSync(path, text);
  await collector.whenCount(count);
  await source.stop();
  return { position: source.position(), messages: collector.messages };
}

describe('following while running', () => {
  it('reads a file never seen before from its end, then what is added, with the arrival as time', async () => {
    writeFileSync(path, 'old one\nold two\n');
    const collector = collect();
    follow(collector);
    const before = Date.now();
    appendFileSync(path, 'Jan  1 00:00:00 h p: new\n');
    await collector.whenCount(1);
    expect(textsOf(collector)).toEqual(['Jan  1 00:00:00 h p: new']);
    expect(collector.messages[0]?.id).toMatch(/^\d{10}\.16$/);
    expect(collector.messages[0]?.location).toBe(path);
    expect(collector.messages[0]?.timeMs).toBeGreaterThanOrEqual(before);
  });

  it('hands on a line whole that was half written when it began to watch', async () => {
    writeFileSync(path, 'old\nhalf');
    const collector = collect();
    follow(collector);
    appendFileSync(path, ' and half\n');
    await collector.whenCount(1);
    expect(textsOf(collector)).toEqual(['half and half']);
  });

  it('waits for the end of a line, in however many pieces it comes', async () => {
    writeFileSync(path, '');
    const collector = collect();
    follow(collector);
    appendFileSync(path, 'first\npar');
    await collector.whenCount(1);
    appendFileSync(path, 'ti');
    appendFileSync(path, 'al\r\n\nlast\n');
    await collector.whenCount(3);
    expect(collector.messages.map(({ id, text }) => [id.slice(11), text])).toEqual([
      ['0', 'first'],
      ['6', 'partial'],
      ['16', 'last'],
    ]);
  });

  it('passes NUL bytes and invalid UTF-8 as bytes', async () => {
    writeFileSync(path, '');
    const collector = collect();
    follow(collector);
    appendFileSync(path, Buffer.from([0x61, 0, 0x62, 0xff, 0xc3, 10]));
    await collector.whenCount(1);
    expect(textsOf(collector)).toEqual(['a\u0000b\u00ff\u00c3']);
  });

  it('hands on a line of 1 MiB whole, and cuts a longer one there and says so', async () => {
    writeFileSync(path, '');
    const collector = collect();
    follow(collector);
    appendFileSync(path, `${'a'.repeat(1_048_576)}\r\n${'b'.repeat(3_000_000)}\nafter\n`);
    await collector.whenCount(3);
    expect(textsOf(collector).map((text) => [text[0], text.length])).toEqual([
      ['a', 1_048_576],
      ['b', 1_048_576],
      ['a', 5],
    ]);
    expect(collector.troubles.map((trouble) => trouble.kind)).toEqual(['line_too_long']);
  });

  it('reads late writes to a renamed file, then the new one', async () => {
    writeFileSync(path, '');
    const writer = openSync(path, 'a');
    const collector = collect();
    follow(collector);
    writeSync(writer, 'one\n');
    renameSync(path, `${path}.1`);
    writeSync(writer, 'late one\n');
    await collector.whenCount(2);
    writeFileSync(path, 'new one\n');
    await collector.whenCount(3);
    writeSync(writer, 'later still\n');
    closeSync(writer);
    await collector.whenCount(4);
    appendFileSync(path, 'new two\n');
    await collector.whenCount(5);
    expect(textsOf(collector)).toEqual(['one', 'late one', 'new one', 'later still', 'new two']);
    expect(new Set(collector.messages.map((message) => message.id)).size).toBe(5);
  });

  it('reads all of the old file before the new one where everything happens at once', async () => {
    writeFileSync(path, '');
    const collector = collect();
    follow(collector);
    appendFileSync(path, 'one\n'.repeat(1000));
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'two\n');
    appendFileSync(`${path}.1`, 'one\n');
    await collector.whenCount(1002);
    expect(textsOf(collector)).toEqual([...Array(1001).fill('one'), 'two']);
  });

  it('begins again where the file is emptied, with other ids for the same first line', async () => {
    writeFileSync(path, '');
    const collector = collect();
    follow(collector);
    appendFileSync(path, 'same\nmore\n');
    await collector.whenCount(2);
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'same\n');
    await collector.whenCount(3);
    expect(textsOf(collector)).toEqual(['same', 'more', 'same']);
    expect(collector.messages[2]?.id).not.toBe(collector.messages[0]?.id);
  });

  it('reads the rest from the copy where the file was copied and emptied before it could be read, and no older copy again', async () => {
    writeFileSync(`${path}.2`, 'same\nstale\nstale\n');
    writeFileSync(path, '');
    const collector = collect();
    follow(collector);
    appendFileSync(path, 'same\nmore\n');
    await collector.whenCount(2);
    appendFileSync(path, 'unread\n');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'new\n');
    await collector.whenCount(4);
    expect(textsOf(collector)).toEqual(['same', 'more', 'unread', 'new']);
    expect(collector.messages[2]?.id).toBe(`${collector.messages[0]?.id.slice(0, 10)}.10`);
  });

  it('notices that a file was emptied and has grown beyond what was read', async () => {
    writeFileSync(path, '');
    const collector = collect();
    follow(collector);
    appendFileSync(path, 'first\n');
    await collector.whenCount(1);
    truncateSync(path);
    appendFileSync(path, 'another line that is longer\n');
    await collector.whenCount(2);
    expect(textsOf(collector)).toEqual(['first', 'another line that is longer']);
  });

  it('passes over the hole that a program leaves which does not append', async () => {
    writeFileSync(path, '');
    const writer = openSync(path, 'r+');
    const collector = collect();
    follow(collector);
    writeSync(writer, 'x'.repeat(999_999));
    writeSync(writer, '\nsecond\n');
    await collector.whenCount(2);
    truncateSync(path);
    writeSync(writer, 'third\n');
    closeSync(writer);
    await collector.whenCount(3);
    expect(textsOf(collector).slice(1)).toEqual(['second', 'third']);
  });

  it('goes on after deletion and creation anew, from the start', async () => {
    writeFileSync(path, '');
    const collector = collect();
    follow(collector);
    appendFileSync(path, 'one\n');
    await collector.whenCount(1);
    unlinkSync(path);
    writeFileSync(path, 'two\n');
    await collector.whenCount(2);
    appendFileSync(path, 'three\n');
    await collector.whenCount(3);
    expect(textsOf(collector)).toEqual(['one', 'two', 'three']);
  });

  it('gives other ids where a new file has the inode and the first line of a deleted one', async () => {
    writeFileSync(path, '');
    const collector = collect();
    const source = follow(collector);
    appendFileSync(path, 'same\n');
    await collector.whenCount(1);
    await source.stop();
    // Closed and deleted: many file systems give the inode to the next file.
    unlinkSync(path);
    writeFileSync(path, 'other\n');
    const second = collect();
    await followUntil(1, second, source.position());
    expect(textsOf(second)).toEqual(['other']);
    expect(second.messages[0]?.id.slice(0, 10)).not.toBe(collector.messages[0]?.id.slice(0, 10));
  });

  it('reads a file created later from its start, also in a folder created later', async () => {
    path = join(folder.path, 'sub', 'deeper', 'app.log');
    const collector = collect();
    follow(collector);
    mkdirSync(join(folder.path, 'sub', 'deeper'), { recursive: true });
    writeFileSync(path, 'one\n');
    await collector.whenCount(1);
    rmSync(join(folder.path, 'sub'), { recursive: true });
    mkdirSync(join(folder.path, 'sub', 'deeper'), { recursive: true });
    writeFileSync(path, 'two\n');
    await collector.whenCount(2);
    expect(textsOf(collector)).toEqual(['one', 'two']);
    expect(collector.troubles).toEqual([]);
  });

  it('follows a link to a file elsewhere', async () => {
    const target = join(folder.path, 'target');
    writeFileSync(target, '');
    symlinkSync(target, path);
    const collector = collect();
    follow(collector);
    appendFileSync(target, 'one\n');
    await collector.whenCount(1);
    expect(textsOf(collector)).toEqual(['one']);
  });

  it('tells once that a path is no regular file', async () => {
    mkdirSync(path);
    const collector = collect();
    follow(collector);
    await collector.whenTroubles(1);
    expect(collector.troubles[0]).toMatchObject({ kind: 'unreadable', location: path });
  });
});

describe('the consumer', () => {
  it('is not called again before its promise has settled, and the position waits for it', async () => {
    writeFileSync(path, '');
    let release: () => void = () => undefined;
    let running = 0;
    let most = 0;
    let batches = 0;
    const collector = collect();
    const source = follow({
      ...collector,
      onBatch: async (messages, after) => {
        running += 1;
        batches += 1;
        most = Math.max(most, running);
        if (batches === 1) await new Promise<void>((resolve) => (release = resolve));
        running -= 1;
        collector.onBatch(messages, after);
      },
    });
    const atStart = source.position();
    appendFileSync(path, 'one\n');
    while (batches === 0) await new Promise((resolve) => setImmediate(resolve));
    appendFileSync(path, 'two\n'.repeat(200_000));
    expect(source.position()).toEqual(atStart);
    release();
    await collector.whenCount(200_001);
    expect(most).toBe(1);
    expect(batches).toBeGreaterThan(3);
  });

  it('that throws stops the source before the batch, which is read again with the same ids', async () => {
    writeFileSync(path, '');
    const collector = collect();
    const failing = follow({
      ...collector,
      onBatch: (messages, after) => {
        collector.onBatch(messages, after);
        throw new Error('disk full');
      },
    });
    appendFileSync(path, 'one\n');
    await collector.whenTroubles(1);
    expect(collector.troubles[0]).toMatchObject({ kind: 'consumer' });
    expect(collector.troubles[0]?.message).toContain('disk full');
    const again = collect();
    await followUntil(1, again, failing.position());
    expect(again.messages.map(({ id, text }) => ({ id, text }))).toEqual(
      collector.messages.map(({ id, text }) => ({ id, text })),
    );
  });

  it('may stop the source from within a batch', async () => {
    writeFileSync(path, '');
    const collector = collect();
    let stopped: Promise<void> | undefined;
    const source: Source = follow({
      ...collector,
      onBatch: (messages, after) => {
        collector.onBatch(messages, after);
        stopped = source.stop();
      },
    });
    appendFileSync(path, 'one\n');
    await collector.whenCount(1);
    await stopped;
    appendFileSync(path, 'two\n');
    expect(textsOf(collector)).toEqual(['one']);
  });
});

describe('going on after a restart', () => {
  it('reads each line once, in the same file', async () => {
    const first = await readOnce('one\ntwo\nhal', 2);
    appendFileSync(path, 'f\nthree\n');
    const collector = collect();
    const position = await followUntil(2, collector, JSON.parse(JSON.stringify(first.position)));
    expect(textsOf(collector)).toEqual(['half', 'three']);
    expect(collector.messages[0]?.id).toBe(`${first.messages[0]?.id.slice(0, 10)}.8`);
    appendFileSync(path, 'four\n');
    const third = collect();
    await followUntil(1, third, position);
    expect(textsOf(third)).toEqual(['four']);
  });

  it('gives the same ids to what is read a second time', async () => {
    const { position } = await readOnce('one\n', 1);
    appendFileSync(path, 'two\nthree\n');
    const [a, b] = [collect(), collect()];
    await followUntil(2, a, position);
    await followUntil(2, b, position);
    expect(b.messages.map((message) => message.id)).toEqual(a.messages.map((message) => message.id));
  });

  it('finishes the file that was rotated meanwhile, then those between, then the new one', async () => {
    const { position } = await readOnce('one\n', 1);
    appendFileSync(path, 'two\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'three\n');
    renameSync(`${path}.1`, `${path}.2`);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'four\n');
    writeFileSync(`${path}.3`, 'ancient\n');
    const collector = collect();
    const source = follow(collector, position);
    await collector.whenCount(3);
    appendFileSync(`${path}.2`, 'late\n');
    await collector.whenCount(4);
    expect(textsOf(collector)).toEqual(['two', 'three', 'four', 'late']);
    await source.stop();
    const again = collect();
    const second = follow(again, position);
    await again.whenCount(4);
    await second.stop();
    expect(again.messages.map((each) => each.id).sort()).toEqual(collector.messages.map((each) => each.id).sort());
  });

  it('finishes the copy where the file was copied and emptied meanwhile', async () => {
    const { position } = await readOnce('one\n', 1);
    appendFileSync(path, 'two\n');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'three\n');
    const collector = collect();
    await followUntil(2, collector, position);
    expect(textsOf(collector)).toEqual(['two', 'three']);
    expect(collector.troubles).toEqual([]);
  });

  it('begins at the start where the file was emptied meanwhile, and says that lines may be lost', async () => {
    const { position } = await readOnce('one\ntwo\n', 2);
    truncateSync(path);
    appendFileSync(path, 'a\n');
    const collector = collect();
    await followUntil(1, collector, position);
    expect(textsOf(collector)).toEqual(['a']);
    expect(collector.troubles.map((trouble) => trouble.kind)).toEqual(['lost']);
  });

  it('reads a file from its start that came while it was down where none had been', async () => {
    const source = follow(collect());
    await source.stop();
    writeFileSync(path, 'one\n');
    const collector = collect();
    await followUntil(1, collector, source.position());
    expect(textsOf(collector)).toEqual(['one']);
  });

  it('passes over the rest of a line that was cut before the restart', async () => {
    const { position } = await readOnce('x'.repeat(1_200_000), 1);
    appendFileSync(path, `${'x'.repeat(1000)}\nnext\n`);
    const collector = collect();
    await followUntil(1, collector, position);
    expect(textsOf(collector)).toEqual(['next']);
  });

  it('gives lines written meanwhile their own time, and later ones their arrival', async () => {
    const { position } = await readOnce('one\n', 1);
    const twoHoursAgo = Math.floor(Date.now() / 1000) * 1000 - 7_200_000;
    appendFileSync(path, `${new Date(twoHoursAgo).toISOString()} h p: meanwhile\n`);
    const collector = collect();
    follow(collector, position);
    await collector.whenCount(1);
    const before = Date.now();
    appendFileSync(path, `${new Date(twoHoursAgo).toISOString()} h p: now\n`);
    await collector.whenCount(2);
    expect(collector.messages[0]?.timeMs).toBe(twoHoursAgo);
    expect(collector.messages[1]?.timeMs).toBeGreaterThanOrEqual(before);
  });

  it('reads from the end, and says so, where the saved position is not one', async () => {
    writeFileSync(path, 'old\n');
    const collector = collect();
    follow(collector, { path: 'elsewhere' });
    appendFileSync(path, 'new\n');
    await collector.whenCount(1);
    expect(textsOf(collector)).toEqual(['new']);
    expect(collector.troubles.map((trouble) => trouble.kind)).toEqual(['lost']);
  });
});
