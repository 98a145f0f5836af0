// The archives and the firewall log as files.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArchivedAlert } from '../../src/alert/alert.ts';
import type { EventRecords } from '../../src/detect/records.ts';
import { createEventLogs, type EventLogs } from '../../src/manager/event-logs.ts';

const at = (day: number, hour = 12): number => new Date(2026, 10, day, hour).getTime();
const eventOf = (id: number) => ({
  json: { timestamp: '', agent: { id: '000' }, id: String(id), full_log: `log ${id}` } as ArchivedAlert,
  text: `head log ${id}\xff`,
});

let folder: string;
let told: string[];
let nowMs: number;
let timers: (() => void)[];
let logs: EventLogs;

function start(): void {
  logs = createEventLogs({
    rotation: 'daily',
    paths: {
      archivesJson: join(folder, 'archives/archives.json'),
      archivesText: join(folder, 'archives/archives.log'),
      firewallLog: join(folder, 'firewall/firewall.log'),
    },
    clock: {
      nowMs: () => nowMs,
      after: (_ms, run) => {
        timers.push(run);
        return { cancel: () => undefined };
      },
    },
    mostKept: 1 << 20,
    tell: (message) => told.push(message),
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte-event-logs-'));
  told = [];
  timers = [];
  nowMs = at(24);
  start();
});
afterEach(async () => {
  await logs.close();
  rmSync(folder, { recursive: true, force: true });
});

const add = (members: Partial<EventRecords>): void => {
  logs.add({ archived: [], firewall: [], volume: [], ...members });
  logs.flush();
};
const bytes = (name: string): Buffer => readFileSync(join(folder, name));
const names = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe('the logs of events', () => {
  it('are made when there is something to write', () => {
    expect(names()).toEqual([]);
    add({ firewall: ['a'] });
    expect(names()).toEqual(['firewall/2026/Nov/ossec-firewall-24.log', 'firewall/firewall.log']);
    add({ archived: [{ json: undefined, text: 'a' }] });
    expect(names()).toContain('archives/archives.log');
    expect(names()).not.toContain('archives/archives.json');
  });

  it('have an event a line, the text byte by byte', () => {
    add({ archived: [eventOf(1), eventOf(2)], firewall: ['drop'] });
    expect(bytes('archives/archives.json').toString()).toBe(
      [1, 2].map((id) => `${JSON.stringify(eventOf(id).json)}\n`).join(''),
    );
    expect(bytes('archives/archives.log').toString('latin1')).toBe('head log 1\xff\nhead log 2\xff\n');
    expect(bytes('firewall/firewall.log').toString()).toBe('drop\n');
  });

  it('begin anew at midnight, and both forms of the day before are compressed', async () => {
    add({ archived: [eventOf(1)] });
    nowMs = at(25, 1);
    for (const form of ['json', 'log']) {
      utimesSync(join(folder, `archives/2026/Nov/ossec-archive-24.${form}`), at(24) / 1000, at(24) / 1000);
    }
    add({ archived: [eventOf(2)] });
    for (const run of timers.splice(0)) run();
    const done = (): boolean => names().filter((name) => /-24\.(json|log)\.(gz|sum)$/.test(name)).length === 4;
    await expect.poll(done).toBe(true);
    await expect.poll(() => names().includes('archives/2026/Nov/ossec-archive-24.log')).toBe(false);
    expect(gunzipSync(bytes('archives/2026/Nov/ossec-archive-24.log.gz')).toString('latin1')).toBe('head log 1\xff\n');
    expect(bytes('archives/2026/Nov/ossec-archive-24.json.sum').toString()).toContain(
      'SHA256 (logs/archives/2026/Nov/ossec-archive-24) = ',
    );
    expect(bytes('archives/archives.log').toString('latin1')).toBe('head log 2\xff\n');
  });

  it('are told of once where one cannot be opened, the others go on, and it is tried again', () => {
    writeFileSync(join(folder, 'firewall'), '');
    add({ firewall: ['a', 'b'], archived: [eventOf(1)] });
    expect(told).toEqual([expect.stringMatching(/firewall\.log cannot be written, its events are lost: .*EEXIST/)]);
    expect(logs.troubles()).toEqual(told);
    expect(names()).toContain('archives/archives.json');
    rmSync(join(folder, 'firewall'));
    add({ firewall: ['c'] });
    expect(names()).not.toContain('firewall/firewall.log');
    logs.retry();
    add({ firewall: ['d'] });
    expect(bytes('firewall/firewall.log').toString()).toBe('d\n');
    expect(logs.troubles()).toEqual([]);
    expect(told.at(-1)).toContain('is written now');
  });

  it('go on after a restart', async () => {
    mkdirSync(join(folder, 'archives'));
    add({ archived: [eventOf(1)] });
    await logs.close();
    start();
    add({ archived: [eventOf(2)] });
    expect(bytes('archives/archives.log').toString('latin1').split('\n')).toHaveLength(3);
  });
});
