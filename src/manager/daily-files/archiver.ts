// Compresses the days that are over, one after the other, beside everything else.
import { errorText } from '../../alert/error-text.ts';
import type { Clock, Timer } from '../../system/clock.ts';
import { archive } from './archive.ts';
import { boundsOf, type DailyLog } from './day.ts';
import { listPlainFiles, plainPath } from './day-files.ts';
import type { LogDisk } from './disk.ts';

export interface ArchiverOptions {
  readonly log: DailyLog;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  readonly disk: LogDisk;
  readonly isCurrent: (path: string) => boolean;
  /** Told once when a day cannot be compressed, and when it can be again. */
  readonly tell: (message: string) => void;
}

export interface Archiver {
  /** Begins in ten seconds: who reads the file that was just left may finish it, as with Wazuh. */
  beginSoon(): void;
  /** Begins now where the last time failed. */
  retry(): void;
  /** Resolves when nothing is being compressed. */
  settled(): Promise<void>;
  /** Resolves when what was begun is given up; the next start does it anew. */
  stop(): Promise<void>;
  troubles(): readonly string[];
}

const waitMs = 10_000;

export function createArchiver({ log, clock, disk, isCurrent, tell }: ArchiverOptions): Archiver {
  const stopping = new AbortController();
  const { signal } = stopping;
  let timer: Timer | undefined;
  let running = Promise.resolve();
  let waiting = 0;
  let failure: string | undefined;

  /** In order: the checksums of a day are made from those of the day before. */
  async function archiveAll(): Promise<void> {
    for (const file of listPlainFiles(log, disk)) {
      if (boundsOf(file.day).endMs > clock.nowMs() || isCurrent(plainPath(log, file))) continue;
      signal.throwIfAborted();
      await archive(file, { log, disk, isCurrent, signal });
    }
  }

  async function run(): Promise<void> {
    if (signal.aborted) return;
    const before = failure;
    try {
      await archiveAll();
      failure = undefined;
      if (before !== undefined) tell(`the ${log.content} of past days are compressed again`);
    } catch (error) {
      if (signal.aborted) return;
      failure = `the ${log.content} of a past day cannot be compressed and stay as they are, trying again: ${errorText(error)}`;
      if (before === undefined) tell(failure);
    }
  }

  function begin(): void {
    timer = undefined;
    waiting += 1;
    running = running.then(run).finally(() => {
      waiting -= 1;
    });
  }

  return {
    beginSoon() {
      timer ??= clock.after(waitMs, begin);
    },
    retry() {
      if (failure !== undefined && timer === undefined && waiting === 0) begin();
    },
    settled: () => running,
    async stop() {
      timer?.cancel();
      stopping.abort();
      await running;
    },
    troubles: () => (failure === undefined ? [] : [failure]),
  };
}
