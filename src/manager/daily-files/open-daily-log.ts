// A log of a service: written to the file of the day, and the days that are over compressed.
import type { AlertsRotation } from '../../config/settings-table.ts';
import type { Clock } from '../../system/clock.ts';
import { createLineWriter, type LineWriter, type LineWriterOptions, openLineWriter } from '../line-writer.ts';
import { createArchiver } from './archiver.ts';
import { openDailyFile } from './daily-file.ts';
import type { DailyLog } from './day.ts';
import { type LogDisk, systemLogDisk } from './disk.ts';

export interface DailyLogOptions {
  readonly log: DailyLog;
  readonly rotation: AlertsRotation;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  readonly writer: Omit<LineWriterOptions, 'content'>;
  /** One line for the operator. */
  readonly tell: (message: string) => void;
  readonly disk?: LogDisk;
}

export interface OpenDailyLog {
  readonly writer: LineWriter;
  /** Tries again what the disk refused. */
  retry(): void;
  /** Resolves when nothing is being compressed. */
  settled(): Promise<void>;
  /** After the writer is closed. */
  stop(): Promise<void>;
}

/** Throws where the file cannot be opened; its folder must be there. */
export function openDailyLog(options: DailyLogOptions): OpenDailyLog {
  const { log, rotation, tell, disk = systemLogDisk } = options;
  const writerOptions = { ...options.writer, content: log.content };
  const stat = disk.stat(log.path);
  const isFile = stat?.isFile() ?? true;
  if (!isFile) tell(`${log.path} is not a regular file: there is no file for each day`);
  else if (rotation === 'daily') return openDaily(options, writerOptions, disk);
  else if (stat !== undefined) disk.cutUnfinishedLine(log.path);
  return {
    writer: openLineWriter(log.path, writerOptions),
    retry: () => undefined,
    settled: async () => undefined,
    stop: async () => undefined,
  };
}

function openDaily({ log, clock, tell }: DailyLogOptions, writer: LineWriterOptions, disk: LogDisk): OpenDailyLog {
  let onLeft = (): void => undefined;
  const file = openDailyFile({ log, nowMs: clock.nowMs, disk, tell, onLeft: () => onLeft() });
  const archiver = createArchiver({ log, clock, disk, isCurrent: file.isCurrent, tell });
  onLeft = archiver.beginSoon;
  archiver.beginSoon();
  const lines = createLineWriter(file, writer);
  return {
    writer: { ...lines, troubles: () => [...lines.troubles(), ...file.troubles(), ...archiver.troubles()] },
    retry: archiver.retry,
    settled: archiver.settled,
    stop: archiver.stop,
  };
}
