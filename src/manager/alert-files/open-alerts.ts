// The alerts of a service: written to alerts.json, a file for each day, and the days that are over compressed.
import { dirname } from 'node:path';
import type { AlertsRotation } from '../../config/settings-table.ts';
import type { Clock } from '../../system/clock.ts';
import { type AlertWriter, type AlertWriterOptions, createAlertWriter, openAlertWriter } from '../alert-writer.ts';
import { createArchiver } from './archiver.ts';
import { openDailyFile } from './daily-file.ts';
import { type AlertDisk, systemAlertDisk } from './disk.ts';

export interface AlertFilesOptions {
  /** The path of alerts.json. */
  readonly path: string;
  readonly rotation: AlertsRotation;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  readonly writer: AlertWriterOptions;
  /** One line for the operator. */
  readonly tell: (message: string) => void;
  readonly disk?: AlertDisk;
}

export interface AlertFiles {
  readonly writer: AlertWriter;
  /** Tries again what the disk refused. */
  retry(): void;
  /** Resolves when nothing is being compressed. */
  settled(): Promise<void>;
  /** After the writer is closed. */
  stop(): Promise<void>;
}

export function openAlertFiles(options: AlertFilesOptions): AlertFiles {
  const { path, rotation, tell, disk = systemAlertDisk } = options;
  const stat = disk.stat(path);
  const isFile = stat?.isFile() ?? true;
  if (!isFile) tell(`${path} is not a regular file: there is no file for each day`);
  else if (rotation === 'daily') return openDaily(options, disk);
  else if (stat !== undefined) disk.cutUnfinishedLine(path);
  return {
    writer: openAlertWriter(path, options.writer),
    retry: () => undefined,
    settled: async () => undefined,
    stop: async () => undefined,
  };
}

function openDaily({ path, clock, writer, tell }: AlertFilesOptions, disk: AlertDisk): AlertFiles {
  let onLeft = (): void => undefined;
  const file = openDailyFile({ path, nowMs: clock.nowMs, disk, tell, onLeft: () => onLeft() });
  const archiver = createArchiver({ folder: dirname(path), clock, disk, isCurrent: file.isCurrent, tell });
  onLeft = archiver.beginSoon;
  archiver.beginSoon();
  const alerts = createAlertWriter(file, writer);
  return {
    writer: { ...alerts, troubles: () => [...alerts.troubles(), ...file.troubles(), ...archiver.troubles()] },
    retry: archiver.retry,
    settled: archiver.settled,
    stop: archiver.stop,
  };
}
