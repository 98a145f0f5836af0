// So many lines are one message, over batches, files and restarts.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJoiningSource, positionOfLines } from '../../src/source/join-lines.ts';
import type { LogMessage } from '../../src/source/message.ts';
import type { Source, SourceHandlers, SourcePosition } from '../../src/source/source.ts';
import { createTailSource } from '../../src/source/tail/tailer.ts';
import { systemClock } from '../../src/system/clock.ts';
import { collect, makeFolder, textsOf } from './collect.ts';

/** A source whose batches the test gives; its position counts them. */
class Given implements Source {
  readonly location = 'given';
  private readonly handlers: SourceHandlers<LogMessage>;
  private count: number;

  constructor(handlers: SourceHandlers<LogMessage>, position: SourcePosition | undefined) {
    this.handlers = handlers;
    this.count = typeof position === 'number' ? position : 0;
  }
  start(): void {}
  async finish(): Promise<void> {}
  async stop(): Promise<void> {}
  position(): SourcePosition {
    return this.count;
  }
  give(...lines: readonly string[]): void {
    const next = this.count + 1;
    const messages = lines.map((line, index) => {
      const [location = '', text = ''] = line.split(':');
      return { id: `${next}.${index}`, location, text, timeMs: next * 10 + index };
    });
    void this.handlers.onBatch(messages, () => next);
    this.count = next;
  }
}

function start(lines: number, position?: SourcePosition) {
  const collector = collect();
  let given: Given | undefined;
  const create = (at: SourcePosition | undefined, handlers: SourceHandlers<LogMessage>): Source => {
    given = new Given(handlers, at);
    return given;
  };
  const source = createJoiningSource(lines, position, create, collector);
  return { source, collector, give: (...each: readonly string[]): void => given?.give(...each) };
}

describe('joined lines', () => {
  it('are one message with the id of the first and the time of the last, over batches and for each file by itself', () => {
    const { collector, give } = start(3);
    give('a:1', 'b:x');
    give('a:2');
    give('a:3', 'a:4', 'b:y', 'b:z');
    expect(collector.messages).toEqual([
      { id: '1.0', location: 'a', text: '1 2 3', timeMs: 30 },
      { id: '1.1', location: 'b', text: 'x y z', timeMs: 33 },
    ]);
  });

  it('that wait are part of the position, behind a batch and now', () => {
    const first = start(2);
    first.give('a:1', 'a:2', 'a:3');
    first.give('b:x');
    const behind = JSON.parse(JSON.stringify(first.collector.positions[0])) as SourcePosition;
    const now = JSON.parse(JSON.stringify(first.source.position())) as SourcePosition;
    for (const [position, expected] of [
      [behind, ['3 4']],
      [now, ['3 4', 'x y']],
    ] as const) {
      const again = start(2, position);
      again.give('a:4', 'b:y');
      expect(textsOf(again.collector)).toEqual(expected);
    }
    expect([positionOfLines(behind), positionOfLines(now), positionOfLines(7), positionOfLines(undefined)]).toEqual([
      ...[1, 2, 7, undefined],
    ]);
  });

  it('go on where single lines were read, and begin anew where another number is joined', () => {
    const { source } = start(2, 7);
    expect(positionOfLines(source.position())).toBe(7);
    const two = start(2);
    two.give('a:1');
    const three = start(3, two.source.position());
    three.give('a:2', 'a:3', 'a:4');
    expect(textsOf(three.collector)).toEqual(['2 3 4']);
  });
});

describe('joined lines of a file', () => {
  let folder: ReturnType<typeof makeFolder>;
  let sources: Source[] = [];
  beforeEach(() => {
    folder = makeFolder();
    sources = [];
  });
  afterEach(async () => {
    for (const source of sources) await source.stop();
    folder.remove();
  });

  it('are neither lost nor doubled over a restart in the middle', async () => {
    const path = join(folder.path, 'log');
    writeFileSync(path, '');
    const collector = collect();
    const follow = (position?: SourcePosition): Source => {
      const create = (at: SourcePosition | undefined, handlers: SourceHandlers<LogMessage>): Source =>
        createTailSource({ path, position: at, clock: systemClock }, handlers);
      const source = createJoiningSource(3, position, create, collector);
      sources.push(source);
      source.start();
      return source;
    };
    const first = follow();
    appendFileSync(path, '1\n2\n3\n4\n5\n');
    await collector.whenCount(1);
    await first.stop();
    appendFileSync(path, '6\n7\n8\n9\n');
    follow(JSON.parse(JSON.stringify(first.position())) as SourcePosition);
    await collector.whenCount(3);
    expect(textsOf(collector)).toEqual(['1 2 3', '4 5 6', '7 8 9']);
  });
});
