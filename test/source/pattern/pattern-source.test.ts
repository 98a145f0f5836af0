// Real files that come, go and are rotated under a pattern; the clock is the test's.
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogMessage } from '../../../src/source/message.ts';
import { createPatternSource } from '../../../src/source/pattern/pattern-source.ts';
import type { Source, SourceHandlers, SourcePosition } from '../../../src/source/source.ts';
import { type Clock, systemClock } from '../../../src/system/clock.ts';
import { type Collector, collect, makeFolder, textsOf } from '../collect.ts';

let folder: ReturnType<typeof makeFolder>;
let sources: Source[];
let collector: Collector<LogMessage>;
let claimed: Set<string>;
let atMs: number;
let ticksMs: number;
let due: Set<() => void>;

const clock: Clock = {
  ...systemClock,
  nowMs: () => atMs,
  ticksMs: () => ticksMs,
  after: (_, callback) => {
    due.add(callback);
    return { cancel: () => due.delete(callback) };
  },
};

beforeEach(() => {
  folder = makeFolder();
  sources = [];
  collector = collect();
  claimed = new Set();
  atMs = new Date(2026, 10, 24, 12).getTime();
  ticksMs = 0;
  due = new Set();
});
afterEach(async () => {
  for (const source of sources) await source.stop();
  folder.remove();
});

/** What is due from time to time: looking which files there are. */
function look(): void {
  ticksMs += 1000;
  const now = [...due];
  due.clear();
  for (const callback of now) callback();
}

const path = (name: string): string => join(folder.path, name);
const put = (name: string, ...lines: string[]): void =>
  appendFileSync(path(name), lines.map((line) => `${line}\n`).join(''));

function follow(
  pattern: string,
  position?: SourcePosition,
  more: { exclude?: string; refuse?: (path: string) => string | undefined; handlers?: SourceHandlers<LogMessage> } = {},
): Source {
  const source = createPatternSource(
    {
      pattern: path(pattern),
      exclude: more.exclude === undefined ? undefined : path(more.exclude),
      position,
      clock,
      refuse: more.refuse ?? (() => undefined),
      claim: (each) => !claimed.has(each) && claimed.add(each) !== undefined,
      release: (each) => claimed.delete(each),
    },
    more.handlers ?? collector,
  );
  sources.push(source);
  source.start();
  return source;
}

const locationsOf = (): string[] => collector.messages.map(({ location }) => location.slice(folder.path.length + 1));

describe('a pattern', () => {
  it('reads the files that are there from their ends, and those that come from their beginnings', async () => {
    put('a.log', 'old');
    follow('*.log');
    put('a.log', 'a1');
    await collector.whenCount(1);
    put('b.log', 'b1', 'b2');
    put('c.txt', 'no');
    look();
    await collector.whenCount(3);
    put('b.log', 'b3');
    await collector.whenCount(4);
    expect(textsOf(collector)).toEqual(['a1', 'b1', 'b2', 'b3']);
    expect(locationsOf()).toEqual(['a.log', 'b.log', 'b.log', 'b.log']);
    expect(new Set(collector.messages.map(({ id }) => id)).size).toBe(4);
  });

  it('goes on where each file was left, and reads what came meanwhile whole', async () => {
    put('a.log', 'old');
    put('b.log', 'old');
    const first = follow('*.log');
    put('a.log', 'a1');
    await collector.whenCount(1);
    await first.stop();
    const position = JSON.parse(JSON.stringify(first.position())) as SourcePosition;
    put('a.log', 'a2');
    put('b.log', 'b1');
    put('c.log', 'c1');
    follow('*.log', position);
    await collector.whenCount(4);
    expect(textsOf(collector).sort()).toEqual(['a1', 'a2', 'b1', 'c1']);
  });

  it('has a position behind each batch that holds all files', async () => {
    put('a.log', 'old');
    put('b.log', 'old');
    const first = follow('*.log');
    put('a.log', 'a1');
    await collector.whenCount(1);
    put('b.log', 'b1');
    await collector.whenCount(2);
    await first.stop();
    put('a.log', 'a2');
    for (const [index, expected] of [['a2', 'b1'], ['a2']].entries()) {
      const again = collect();
      const source = follow('*.log', collector.positions[index], { handlers: again });
      await again.whenCount(expected.length);
      await source.stop();
      expect(textsOf(again).sort()).toEqual(expected);
    }
  });

  it('does not read again what a rotation leaves beside a file, nor what is compressed', async () => {
    put('app.log', 'old');
    follow('app*');
    put('app.log', '1');
    await collector.whenCount(1);
    put('app.log', '2');
    renameSync(path('app.log'), path('app.log.1'));
    put('app.log', '3');
    put('app.log-20261123', 'rotated');
    put('app.log.2.gz', 'compressed');
    look();
    await collector.whenCount(3);
    put('app-other', '4');
    look();
    await collector.whenCount(4);
    expect(textsOf(collector)).toEqual(['1', '2', '3', '4']);
  });

  it('reads the numbered files of a program that writes no other', async () => {
    put('app.1', 'old');
    follow('app.*');
    put('app.1', '1');
    put('app.2', '2');
    look();
    await collector.whenCount(2);
    expect(textsOf(collector).sort()).toEqual(['1', '2']);
  });

  it('leaves out what is excluded, refused, or read by another, and tells why', async () => {
    claimed.add(path('taken.log'));
    for (const name of ['a.log', 'not-this.log', 'own.log', 'taken.log']) put(name, 'old');
    follow('*.log', undefined, {
      exclude: 'not*.log',
      refuse: (each) => (each.endsWith('own.log') ? `${each} is written by this service itself` : undefined),
    });
    for (const name of ['not-this.log', 'own.log', 'taken.log', 'a.log']) put(name, name);
    await collector.whenCount(1);
    look();
    look();
    expect(textsOf(collector)).toEqual(['a.log']);
    expect(collector.troubles.map(({ message }) => message)).toEqual([
      `${path('*.log')}: ${path('own.log')} is written by this service itself`,
    ]);
    expect([...claimed].sort()).toEqual([path('a.log'), path('taken.log')]);
  });

  it('lets go of a file that it has not named for a minute, and goes on where it was should it come back', async () => {
    mkdirSync(path('day'));
    put('day/a.log', 'old');
    const source = follow('day*/a.log');
    put('day/a.log', '1');
    await collector.whenCount(1);
    renameSync(path('day'), path('gone'));
    for (let seconds = 0; seconds < 63; seconds++) look();
    await new Promise((go) => setImmediate(go));
    expect(claimed.size).toBe(0);
    expect(source.position()).toMatchObject({ files: {} });
    put('gone/a.log', '2');
    renameSync(path('gone'), path('day'));
    look();
    await collector.whenCount(2);
    expect(textsOf(collector)).toEqual(['1', '2']);
  });

  it('has one batch taken at a time, also where that takes time', async () => {
    let busy = 0;
    let most = 0;
    const seen = collect();
    const handlers: SourceHandlers<LogMessage> = {
      onTrouble: seen.onTrouble,
      onBatch: async (messages, after) => {
        busy += 1;
        most = Math.max(most, busy);
        await new Promise((go) => setImmediate(go));
        busy -= 1;
        seen.onBatch(messages, after);
      },
    };
    for (const name of ['a.log', 'b.log', 'c.log']) put(name, 'old');
    const source = follow('*.log', undefined, { handlers });
    for (const name of ['a.log', 'b.log', 'c.log']) put(name, '1', '2');
    await seen.whenCount(6);
    expect(most).toBe(1);
    await source.stop();
    const again = collect();
    follow('*.log', source.position(), { handlers: again });
    put('a.log', '3');
    await again.whenCount(1);
    expect(textsOf(again)).toEqual(['3']);
  });
});

describe('a date in a pattern', () => {
  it('follows the file of the day, and from midnight on that of the next', async () => {
    put('app-20261124.log', 'old');
    follow('app-%Y%m%d.log');
    put('app-20261124.log', '1');
    await collector.whenCount(1);
    atMs = new Date(2026, 10, 25, 0, 0, 1).getTime();
    put('app-20261124.log', '2');
    put('app-20261125.log', '3');
    look();
    await collector.whenCount(3);
    expect(textsOf(collector).sort()).toEqual(['1', '2', '3']);
    for (let seconds = 0; seconds < 63; seconds++) look();
    await new Promise((go) => setImmediate(go));
    expect([...claimed]).toEqual([path('app-20261125.log')]);
  });

  it('finds the files of all days on which nobody read', async () => {
    put('app-20261124.log', 'old');
    const first = follow('app-%Y%m%d.log');
    put('app-20261124.log', '1');
    await collector.whenCount(1);
    await first.stop();
    const position = first.position();
    put('app-20261124.log', '2');
    for (const day of [25, 26, 27]) writeFileSync(path(`app-202611${day}.log`), `${day}\n`);
    atMs = new Date(2026, 10, 27, 1).getTime();
    follow('app-%Y%m%d.log', position);
    await collector.whenCount(5);
    expect(textsOf(collector).sort()).toEqual(['1', '2', '25', '26', '27']);
  });
});
