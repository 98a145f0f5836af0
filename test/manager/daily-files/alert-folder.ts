// A folder with the alerts of a host, a clock that a test sets, and a disk that can fail or die at any of its calls.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach } from 'vitest';
import type { Alert } from '../../../src/alert/alert.ts';
import { type LogDisk, systemLogDisk } from '../../../src/manager/daily-files/disk.ts';
import { type OpenDailyLog, openDailyLog } from '../../../src/manager/daily-files/open-daily-log.ts';

/** Local time. */
export const at = (day: number, hour = 12, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();

export const alertOf = (id: number, text = 'x'): Alert =>
  ({ timestamp: '', rule: { description: text, id: '1', groups: [] }, agent: { id: '000' }, id: String(id) }) as Alert;

/** A new one for each test, which is handed over before it and taken away after it. */
export function useAlertFolder(handOver: (alerts: AlertFolder) => void): void {
  let alerts: AlertFolder;
  beforeEach(() => {
    alerts = new AlertFolder();
    handOver(alerts);
  });
  afterEach(async () => {
    await alerts.stop();
    alerts.remove();
  });
}

/** The file of a day in November. */
export const fileOf = (day: number, more = '.json'): string =>
  `2026/Nov/ossec-alerts-${String(day).padStart(2, '0')}${more}`;

export class AlertFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'riposte-alerts-'));
  readonly logs = join(this.folder, 'alerts');
  readonly path = join(this.logs, 'alerts.json');
  readonly told: string[] = [];
  nowMs = at(24);
  disk: LogDisk = systemLogDisk;
  private timers: { readonly dueMs: number; readonly run: () => void }[] = [];
  private files: OpenDailyLog | undefined;

  constructor() {
    mkdirSync(this.logs);
  }

  /** What an earlier run has left, written at the time of the test's clock. */
  put(text: string): void {
    writeFileSync(this.path, text);
    utimesSync(this.path, this.nowMs / 1000, this.nowMs / 1000);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  start(rotation: 'daily' | 'none' = 'daily'): OpenDailyLog {
    this.files = openDailyLog({
      log: { path: this.path, prefix: 'ossec-alerts', ending: '.json', content: 'alerts' },
      rotation,
      disk: this.disk,
      tell: (message) => this.told.push(message),
      clock: {
        nowMs: () => this.nowMs,
        after: (ms, run) => {
          const timer = { dueMs: this.nowMs + ms, run };
          this.timers.push(timer);
          return { cancel: () => this.forget(timer) };
        },
      },
      writer: { mostKept: 1 << 20, onDropped: () => undefined, onTurn: (message) => this.told.push(message) },
    });
    this.settleTime();
    return this.files;
  }

  private forget(timer: object): void {
    this.timers = this.timers.filter((each) => each !== timer);
  }

  write(...ids: readonly number[]): void {
    for (const id of ids) this.files?.writer.add(alertOf(id));
    this.files?.writer.flush();
    this.settleTime();
  }

  /** The time of a file is that of the test, not of the machine. */
  private settleTime(): void {
    if (this.disk.stat(this.path)?.isFile()) utimesSync(this.path, this.nowMs / 1000, this.nowMs / 1000);
  }

  setClock(timeMs: number): void {
    this.nowMs = timeMs;
    this.files?.writer.flush();
  }

  /** Ten seconds pass: what is over is compressed. */
  async tidy(): Promise<void> {
    this.nowMs += 10_000;
    const due = this.timers.filter(({ dueMs }) => dueMs <= this.nowMs);
    this.timers = this.timers.filter((timer) => !due.includes(timer));
    for (const { run } of due) run();
    await this.files?.settled();
  }

  /** As housekeeping does each minute. */
  async retry(): Promise<void> {
    this.files?.retry();
    await this.files?.settled();
  }

  async stop(): Promise<void> {
    this.files?.writer.close();
    await this.files?.stop();
    this.timers = [];
    this.files = undefined;
  }

  /** As a killed process leaves it: nothing is closed in order. */
  kill(): void {
    this.timers = [];
    this.files = undefined;
  }

  /** Files below the folder, sorted. */
  names(): readonly string[] {
    return readdirSync(this.logs, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.logs.length + 1))
      .sort();
  }

  text(name: string): string {
    const bytes = readFileSync(join(this.logs, name));
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  }

  ids(name: string): readonly number[] {
    return this.text(name)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Number((JSON.parse(line) as Alert).id));
  }

  /** Of all files of days; each alert once, whatever names it has. */
  allIds(): readonly number[] {
    const inodes = new Set<number>();
    return this.names()
      .filter((name) => /\.json(\.gz)?$/.test(name))
      .filter((name) => {
        const { ino } = statSync(join(this.logs, name));
        return !inodes.has(ino) && inodes.add(ino);
      })
      .flatMap((name) => this.ids(name))
      .sort((a, b) => a - b);
  }

  isSame(a: string, b: string): boolean {
    return statSync(join(this.logs, a)).ino === statSync(join(this.logs, b)).ino;
  }
}

export function errorOf(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: refused`), { code });
}

/** The disk, but what `refuse` throws for a call is thrown in its place. */
export function refusing(refuse: (call: keyof LogDisk, path: unknown) => void, disk = systemLogDisk): LogDisk {
  return Object.fromEntries(
    Object.entries(disk).map(([name, call]) => [
      name,
      (...parameters: readonly unknown[]) => {
        refuse(name as keyof LogDisk, parameters[0]);
        return (call as (...all: readonly unknown[]) => unknown)(...parameters);
      },
    ]),
  ) as unknown as LogDisk;
}
