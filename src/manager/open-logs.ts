// Everything that a service writes about events: alerts, archives, the log of firewalls, and how many there were.
import type { AlertsRotation } from '../config/settings-table.ts';
import type { Clock } from '../system/clock.ts';
import { openDailyLog } from './daily-files/open-daily-log.ts';
import { createEventLogs, type EventLogs } from './event-logs.ts';
import type { EventVolume } from './event-volume.ts';
import type { HomePaths } from './home.ts';
import type { LineWriter } from './line-writer.ts';
import { openVolumeFile } from './volume-file.ts';

export interface Logs {
  readonly alerts: LineWriter;
  readonly events: EventLogs;
  readonly volume: EventVolume;
  saveVolume(): void;
  /** Tries again what the disk refused. */
  retry(): void;
  /** After `alerts` is closed. */
  close(): Promise<void>;
}

export interface LogsOptions {
  readonly paths: Pick<HomePaths, 'alerts' | 'archivesJson' | 'archivesText' | 'firewallLog' | 'volume'>;
  readonly rotation: AlertsRotation;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  /** One line for the operator. */
  readonly print: (line: string) => void;
}

/** Bytes of each log kept while the disk refuses them. */
const mostKept = 64 * 1024 * 1024;

/** Throws where alerts.json cannot be opened. */
export function openLogs({ paths, rotation, clock, print }: LogsOptions): Logs {
  const common = { rotation, clock, tell: print };
  const onDropped = (count: number): void =>
    print(`${count} alerts could not be written to ${paths.alerts} and are lost`);
  const alerts = openDailyLog({
    ...common,
    log: { path: paths.alerts, prefix: 'ossec-alerts', ending: '.json', content: 'alerts' },
    writer: { mostKept, onDropped, onTurn: print },
  });
  const events = createEventLogs({ ...common, paths, mostKept });
  const { volume, save } = openVolumeFile(paths.volume, clock.nowMs, print);
  return {
    alerts: alerts.writer,
    events,
    volume,
    saveVolume: save,
    retry() {
      alerts.retry();
      events.retry();
    },
    async close() {
      await alerts.stop();
      await events.close();
      save();
    },
  };
}
