import { beforeEach, describe, expect, it } from 'vitest';
import { type CommandOutput, type CommandSourceOptions, createCommandSource } from '../../src/source/command-source.ts';
import type { LogMessage } from '../../src/source/message.ts';
import type { Source, SourceTrouble } from '../../src/source/source.ts';

let batches: LogMessage[][];
let troubles: SourceTrouble[];
let timers: { readonly ms: number; readonly run: () => void; cancelled: boolean }[];
let runs: { readonly command: string; readonly timeoutMs: number }[];
let ticksMs: number;
let output: CommandOutput;
let consume: () => void;
let source: Source;

beforeEach(() => {
  batches = [];
  troubles = [];
  timers = [];
  runs = [];
  ticksMs = 0;
  output = { text: 'a\n\nb\n', fault: undefined };
  consume = () => undefined;
});

async function start(more: Partial<CommandSourceOptions> = {}): Promise<void> {
  source = createCommandSource(
    {
      command: 'df -P | head',
      name: 'disks',
      isWhole: false,
      everySeconds: 60,
      clock: {
        nowMs: () => 1_000_000,
        bootMs: () => 0,
        ticksMs: () => ticksMs,
        after: (ms, run) => {
          const timer = { ms, run, cancelled: false };
          timers.push(timer);
          return {
            cancel: () => {
              timer.cancelled = true;
            },
          };
        },
      },
      run: async (command, timeoutMs) => {
        runs.push({ command, timeoutMs });
        ticksMs += 500;
        return output;
      },
      ...more,
    },
    {
      onTrouble: (trouble) => troubles.push(trouble),
      onBatch: (messages) => {
        batches.push([...messages]);
        consume();
      },
    },
  );
  source.start();
  await settle();
}
const settle = (): Promise<void> => new Promise((go) => setImmediate(go));
const texts = (): string[] => batches.flat().map(({ text }) => text);

describe('a command as a source', () => {
  it('gives each line that it prints as a message, under its name', async () => {
    output = { text: 'a\n\ncafé\n', fault: undefined };
    await start();
    expect(texts()).toEqual(["ossec: output: 'disks': a", "ossec: output: 'disks': caf\xc3\xa9"]);
    expect(batches[0]?.[0]).toMatchObject({ location: 'disks', timeMs: 1_000_000 });
    const ids = batches.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^\d{10}\.0$/);
    expect(source.position()).toBeNull();
  });

  it('gives all of it as one where that is asked for, and nothing where it prints nothing', async () => {
    await start({ isWhole: true });
    expect(texts()).toEqual(["ossec: output: 'disks':\na\n\nb"]);
    output = { text: '', fault: undefined };
    await start({ isWhole: true });
    expect(batches).toHaveLength(1);
  });

  it('runs so many seconds after it began, with a limit, and never twice at once', async () => {
    await start();
    expect(runs).toEqual([{ command: 'df -P | head', timeoutMs: 60_000 }]);
    expect(timers.map(({ ms }) => ms)).toEqual([59_500]);
    timers[0]?.run();
    await settle();
    expect(runs).toHaveLength(2);
    expect(new Set(batches.flat().map(({ id }) => id)).size).toBe(4);
    await start({ everySeconds: 1 });
    expect(runs.at(-1)?.timeoutMs).toBe(10_000);
  });

  it('tells what goes wrong once, goes on, and has what was printed', async () => {
    output = { text: 'half\n', fault: 'took longer than 60 s and was ended' };
    await start();
    timers[0]?.run();
    await settle();
    expect(troubles).toEqual([
      { location: 'disks', kind: 'unreadable', message: "command 'disks': took longer than 60 s and was ended" },
    ]);
    expect(texts()).toHaveLength(2);
    output = { text: '', fault: undefined };
    timers[1]?.run();
    await settle();
    output = { text: '', fault: 'took longer than 60 s and was ended' };
    timers[2]?.run();
    await settle();
    expect(troubles).toHaveLength(2);
  });

  it('stops where its consumer fails', async () => {
    consume = () => {
      throw new Error('no');
    };
    await start();
    expect(troubles.map(({ kind }) => kind)).toEqual(['consumer']);
    expect(timers).toEqual([]);
  });

  it('leaves no timer when it is stopped, and hands on nothing after', async () => {
    await start();
    await source.stop();
    expect(timers.map(({ cancelled }) => cancelled)).toEqual([true]);
    let finish = (_: CommandOutput): void => undefined;
    await start({
      run: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    const stopped = source.stop();
    finish(output);
    await stopped;
    expect(batches).toHaveLength(1);
    expect(timers).toHaveLength(1);
  });
});
