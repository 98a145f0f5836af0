// What is kept of events besides alerts: the archives and the log of firewalls, each with a file for every day.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorText } from '../alert/error-text.ts';
import type { EventRecords } from '../detect/records.ts';
import type { DailyLog } from './daily-files/day.ts';
import { type DailyLogOptions, type OpenDailyLog, openDailyLog } from './daily-files/open-daily-log.ts';
import type { HomePaths } from './home.ts';

export interface EventLogs {
  /** Hands on; `flush` writes. */
  add(records: EventRecords): void;
  flush(): void;
  /** Tries again what the disk refused. */
  retry(): void;
  /** Why something cannot be written now; empty while all is well. */
  troubles(): readonly string[];
  close(): Promise<void>;
}

export type EventLogPaths = Pick<HomePaths, 'archivesJson' | 'archivesText' | 'firewallLog'>;

export interface EventLogsOptions extends Omit<DailyLogOptions, 'log' | 'writer'> {
  readonly paths: EventLogPaths;
  /** Most bytes of each log kept while the disk refuses. */
  readonly mostKept: number;
}

type Name = keyof EventLogPaths;

const logs: Readonly<Record<Name, Omit<DailyLog, 'path'>>> = {
  archivesJson: { prefix: 'ossec-archive', ending: '.json', content: 'archived events' },
  archivesText: { prefix: 'ossec-archive', ending: '.log', content: 'archived events' },
  firewallLog: { prefix: 'ossec-firewall', ending: '.log', content: 'firewall events' },
};

/** Nothing is opened before there is something to write. */
export function createEventLogs(options: EventLogsOptions): EventLogs {
  const open = new Map<Name, OpenDailyLog>();
  const refused = new Map<Name, string>();
  /** Not tried again before the next `retry`. */
  const waiting = new Set<Name>();

  function writerOf(name: Name): OpenDailyLog['writer'] | undefined {
    const known = open.get(name);
    if (known !== undefined) return known.writer;
    if (waiting.has(name)) return undefined;
    try {
      const opened = openOne(name, options);
      open.set(name, opened);
      if (refused.delete(name)) options.tell(`${options.paths[name]} is written now`);
      return opened.writer;
    } catch (error) {
      const reason = `${options.paths[name]} cannot be written, its events are lost: ${errorText(error)}`;
      if (!refused.has(name)) options.tell(reason);
      refused.set(name, reason);
      waiting.add(name);
      return undefined;
    }
  }

  const everyWriter = (): OpenDailyLog['writer'][] => [...open.values()].map(({ writer }) => writer);

  return {
    add({ archived, firewall }) {
      for (const { json, text } of archived) {
        if (json !== undefined) writerOf('archivesJson')?.add(json);
        if (text !== undefined) writerOf('archivesText')?.addText(text);
      }
      for (const line of firewall) writerOf('firewallLog')?.addText(line);
    },
    flush() {
      for (const writer of everyWriter()) writer.flush();
    },
    retry() {
      waiting.clear();
      for (const log of open.values()) log.retry();
    },
    troubles: () => [...refused.values(), ...everyWriter().flatMap((writer) => writer.troubles())],
    async close() {
      for (const writer of everyWriter()) writer.close();
      await Promise.all([...open.values()].map((log) => log.stop()));
    },
  };
}

function openOne(name: Name, { paths, mostKept, ...rest }: EventLogsOptions): OpenDailyLog {
  const path = paths[name];
  const log = { path, ...logs[name] };
  // As the folder of the alerts is.
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  const onDropped = (count: number): void =>
    rest.tell(`${count} ${log.content} could not be written to ${path} and are lost`);
  return openDailyLog({ ...rest, log, writer: { mostKept, onDropped, onTurn: rest.tell } });
}
