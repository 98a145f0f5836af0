import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createStdinSource } from '../../src/source/stdin.ts';
import { systemClock } from '../../src/system/clock.ts';
import { collect } from './collect.ts';

describe('standard input', () => {
  it('gives each line, also one without an end, and then says that it has ended', async () => {
    const collector = collect();
    const input = Readable.from([Buffer.from('one\ntw'), Buffer.from('o\n\nlast \xff', 'latin1')]);
    await new Promise<void>((onEnd) =>
      createStdinSource({ input, clock: systemClock, number: '0000000009', onEnd }, collector).start(),
    );
    expect(collector.messages.map(({ id, location, text }) => [id, location, text])).toEqual([
      ['0000000009.0', 'stdin', 'one'],
      ['0000000009.4', 'stdin', 'two'],
      ['0000000009.9', 'stdin', 'last \xff'],
    ]);
  });

  it('waits for the consumer before it takes more', async () => {
    const taken: string[] = [];
    const chunks = ['a\n', 'b\n', 'c\n'];
    const input = new Readable({
      highWaterMark: 1,
      read() {
        const chunk = chunks.shift();
        if (chunk !== undefined) taken.push(chunk);
        this.push(chunk ?? null);
      },
    });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const collector = collect();
    const ended = new Promise<void>((onEnd) =>
      createStdinSource(
        { input, clock: systemClock, number: '0000000009', onEnd },
        {
          ...collector,
          onBatch: async (messages, after) => {
            collector.onBatch(messages, after);
            await held;
          },
        },
      ).start(),
    );
    await collector.whenCount(1);
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(collector.messages).toHaveLength(1);
    expect(taken.length).toBeLessThan(3);
    release();
    await ended;
    expect(collector.messages.map((message) => message.text)).toEqual(['a', 'b', 'c']);
  });

  it('stops when told', async () => {
    const input = new Readable({ read: () => undefined });
    const source = createStdinSource({ input, clock: systemClock, number: '0000000009' }, collect());
    source.start();
    await source.stop();
    expect(input.destroyed).toBe(true);
    expect(source.position()).toBeNull();
  });
});
