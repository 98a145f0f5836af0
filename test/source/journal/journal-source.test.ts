import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJournalSource, type JournalSourceOptions } from '../../../src/source/journal/journal-source.ts';
import type { LogMessage } from '../../../src/source/message.ts';
import type { Source, SourcePosition, SourceTrouble } from '../../../src/source/source.ts';
import { entryLine, entryTimeMs, journalId } from './entries.ts';

const cursor = (number: number): string => `s=${journalId};i=${number.toString(16)};b=51;m=34;t=66;x=ba`;
const at = (number: number): SourcePosition => ({ journal: { cursor: cursor(number) } });

/** A journalctl that a test lets speak and end. */
class FakeReader {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly ended: Promise<string>;
  readonly args: readonly string[];
  private resolve: (text: string) => void = () => undefined;
  constructor(args: readonly string[]) {
    this.args = args;
    this.ended = new Promise((keep) => {
      this.resolve = keep;
    });
  }
  end(reason = 'journalctl ended by SIGTERM'): void {
    this.stdout.end();
    this.stderr.end();
    this.resolve(reason);
  }
  print(...lines: readonly string[]): void {
    this.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }
}

let readers: FakeReader[];
let batches: LogMessage[][];
let afters: SourcePosition[];
let troubles: SourceTrouble[];
let timers: { readonly ms: number; readonly run: () => void }[];
let nowMs: number;
let source: Source;
let consume: () => void | Promise<void>;

function start(position?: SourcePosition, more: Partial<JournalSourceOptions> = {}): void {
  source = createJournalSource(
    {
      position,
      clock: {
        nowMs: () => nowMs,
        bootMs: () => 0,
        ticksMs: () => 0,
        after: (ms, run) => {
          timers.push({ ms, run });
          return { cancel: () => undefined };
        },
      },
      startReader: (args) => {
        const reader = new FakeReader(args);
        readers.push(reader);
        return reader;
      },
      wantedFields: [],
      isWanted: () => true,
      accountOf: () => undefined,
      senders: () => [],
      ...more,
    },
    {
      onTrouble: (trouble) => troubles.push(trouble),
      onBatch: (messages, after) => {
        batches.push([...messages]);
        afters.push(after());
        return consume();
      },
    },
  );
  source.start();
}

beforeEach(() => {
  readers = [];
  batches = [];
  afters = [];
  troubles = [];
  timers = [];
  nowMs = entryTimeMs + 60_000;
  consume = () => undefined;
});
afterEach(() => source.stop());

const numbers = (): string[] => batches.flat().map(({ id }) => id.split('.')[1] ?? '');
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((go) => setImmediate(go));
};

describe('the journal as a source', () => {
  it('begins at the end where it was never read', async () => {
    start();
    expect(readers[0]?.args).toEqual(['--lines=0', '--show-cursor']);
    expect(source.position()).toBeNull();
    readers[0]?.print(`-- cursor: ${cursor(9)}`);
    readers[0]?.end('');
    await settle();
    expect(source.position()).toEqual(at(9));
    expect(readers[1]?.args).toContain(`--after-cursor=${cursor(9)}`);
    expect(readers[1]?.args).toContain('--follow');
    readers[1]?.print(entryLine({}, 10));
    await settle();
    expect(numbers()).toEqual(['10']);
    expect(source.position()).toEqual(at(10));
  });

  it('reads a journal from its beginning that had no entry at the first start', async () => {
    start();
    readers[0]?.end('');
    await settle();
    expect(source.position()).toEqual({ journal: { cursor: null } });
    expect(readers[1]?.args).toContain('--no-tail');
  });

  it('goes on where it was left, and takes no cursor that could be an option', async () => {
    start(at(7));
    expect(readers[0]?.args).toContain(`--after-cursor=${cursor(7)}`);
    await source.stop();
    readers = [];
    start({ journal: { cursor: '--help' } });
    expect(readers[0]?.args).toEqual(['--lines=0', '--show-cursor']);
  });

  it('reads entries however the stream is cut, passes over what is none, and gives the position behind them', async () => {
    start(at(1));
    const text = ['-- Boot --', entryLine({ MESSAGE: 'ö' }, 2), entryLine({}, 3)].map((line) => `${line}\n`).join('');
    for (const byte of Buffer.from(text)) readers[0]?.stdout.write(Buffer.of(byte));
    await settle();
    expect(numbers()).toEqual(['2', '3']);
    expect(afters.at(-1)).toEqual(at(3));
  });

  it('moves on over entries that nobody wants, and asks for the fields by which that is told', async () => {
    start(at(1), { wantedFields: ['PRIORITY'], isWanted: (entry) => entry.field('PRIORITY') === '3' });
    expect(readers[0]?.args.find((arg) => arg.startsWith('--output-fields='))).toMatch(
      /^--output-fields=MESSAGE,.*,PRIORITY$/,
    );
    readers[0]?.print(entryLine({ PRIORITY: '3' }, 2), entryLine({ PRIORITY: '6' }, 3));
    await settle();
    expect(numbers()).toEqual(['2']);
    readers[0]?.print(entryLine({ PRIORITY: '6' }, 4));
    await settle();
    expect(batches).toHaveLength(1);
    expect(source.position()).toEqual(at(4));
  });

  it('gives what was written while it was down its own time, and what comes the time of its coming', async () => {
    start(at(1));
    readers[0]?.print(entryLine({}, 2), entryLine({ __REALTIME_TIMESTAMP: String((nowMs + 5) * 1000) }, 3));
    await settle();
    expect(batches.flat().map(({ timeMs }) => timeMs)).toEqual([entryTimeMs, nowMs]);
  });

  it('waits for who consumes it', async () => {
    let resolve = (): void => undefined;
    consume = () =>
      new Promise((keep) => {
        resolve = keep;
      });
    start(at(1));
    readers[0]?.print(entryLine({}, 2));
    await settle();
    readers[0]?.print(entryLine({}, 3));
    await settle();
    expect(numbers()).toEqual(['2']);
    expect(source.position()).toEqual(at(1));
    resolve();
    await settle();
    expect(numbers()).toEqual(['2', '3']);
    expect(source.position()).toEqual(at(2));
    resolve();
  });

  it('is started again where journalctl ends, tells it once, and later and later', async () => {
    start(at(1));
    readers[0]?.print(entryLine({}, 2));
    await settle();
    readers[0]?.stderr.write('Journal file is broken\n');
    readers[0]?.end('journalctl ended with status 1');
    await settle();
    expect(troubles.map(({ message }) => message)).toEqual([
      'journald: cannot be read, trying again: journalctl has ended: Journal file is broken',
    ]);
    for (let round = 1; round <= 8; round += 1) {
      timers.at(-1)?.run();
      readers.at(-1)?.stderr.write('Journal file is broken\n');
      readers.at(-1)?.end('journalctl ended with status 1');
      await settle();
    }
    expect(troubles).toHaveLength(1);
    expect(timers.map(({ ms }) => ms)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    timers.at(-1)?.run();
    expect(readers.at(-1)?.args).toContain(`--after-cursor=${cursor(2)}`);
    readers.at(-1)?.print(entryLine({}, 3));
    await settle();
    expect(numbers()).toEqual(['2', '3']);
  });

  it('says why it cannot be read, where it cannot', async () => {
    start(undefined, { startReader: () => 'journalctl is not installed' });
    await settle();
    expect(troubles).toEqual([
      {
        location: 'journald',
        kind: 'unreadable',
        message: 'journald: cannot be read, trying again: journalctl is not installed',
      },
    ]);
    expect(timers).toHaveLength(1);
  });

  it('stops where its consumer fails, before what it could not consume', async () => {
    consume = () => {
      throw new Error('no');
    };
    start(at(1));
    readers[0]?.print(entryLine({}, 2));
    await settle();
    expect(troubles.map(({ kind }) => kind)).toEqual(['consumer']);
    expect(source.position()).toEqual(at(1));
    expect(timers).toEqual([]);
  });

  it('tells who is not believed the first time, and whenever it has doubled', async () => {
    start(at(1));
    const forged = Array.from({ length: 9 }, (_, index) =>
      entryLine({ _UID: '1000', _SYSTEMD_UNIT: 's.scope' }, index + 2),
    );
    readers[0]?.print(...forged, entryLine({ _UID: '1000', SYSLOG_IDENTIFIER: 'gnome', _SYSTEMD_UNIT: 's.scope' }, 20));
    await settle();
    const told = 'journald: user id 1000 in s.scope writes as sshd, and is not believed';
    expect(troubles.map(({ message }) => message)).toEqual(
      ['', ' (2 times by now)', ' (4 times by now)', ' (8 times by now)'].map((often) => told + often),
    );
    expect(batches.flat()).toHaveLength(10);
  });

  it('ends journalctl when it is stopped', async () => {
    start(at(1));
    await source.stop();
    await expect(readers[0]?.ended).resolves.toBe('journalctl ended by SIGTERM');
    expect(timers).toEqual([]);
    expect(troubles).toEqual([]);
  });
});
