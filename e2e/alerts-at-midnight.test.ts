// Midnight comes while alerts are written, and the service is killed at any moment around it: a reader of alerts.json misses nothing and reads nothing twice.
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../src/alert/alert.ts';
import { findFaketime, underClock } from './support/faketime.ts';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, nobodyLine, type Service, until } from './support/service.ts';

const library = findFaketime();
const reason = reasonToSkip([]) ?? (library === undefined ? 'needs libfaketime' : undefined);
if (library === undefined) console.warn('e2e/alerts-at-midnight: skipped, libfaketime is not installed');

const rounds = 5;
const firstDate = 10;
const beforeMidnightMs = 2000;

let machine: Machine;
let offsetMs = 0;

/** Local midnight of one of the days that the test runs through. */
const midnight = (day: number): number => new Date(2026, 10, firstDate + day).getTime();

function setClock(timeMs: number): void {
  offsetMs = timeMs - Date.now();
  writeFileSync(join(machine.folder, 'clock'), `${offsetMs < 0 ? '' : '+'}${(offsetMs / 1000).toFixed(3)}\n`);
}

const start = (): Promise<Service> =>
  machine.start({ through: underClock(library ?? '', join(machine.folder, 'clock')) });
const alertsFolder = (): string => join(machine.home, 'logs/alerts');

/** Each line has its own. */
const address = (index: number): string => `198.51.${Math.floor(index / 250)}.${(index % 250) + 1}`;

/** Reads as log shippers do: by the name, and where that is another file, the one before to its end and then the new one. Whole lines only. */
class Shipper {
  readonly lines: string[] = [];
  private descriptor: number | undefined;
  private offset = 0;
  private readonly timer = setInterval(() => this.look(), 5);

  look(): void {
    const path = join(alertsFolder(), 'alerts.json');
    const stat = statSync(path, { throwIfNoEntry: false });
    const isOther = stat !== undefined && this.descriptor !== undefined && fstatSync(this.descriptor).ino !== stat.ino;
    this.readOn();
    if (isOther) this.stop();
    if (this.descriptor === undefined && stat !== undefined) {
      this.descriptor = openSync(path, 'r');
      this.offset = 0;
      this.readOn();
    }
  }

  private readOn(): void {
    if (this.descriptor === undefined) return;
    const bytes = Buffer.alloc(fstatSync(this.descriptor).size - this.offset);
    const count = readSync(this.descriptor, bytes, 0, bytes.length, this.offset);
    const end = bytes.subarray(0, count).lastIndexOf(10) + 1;
    this.offset += end;
    this.lines.push(...bytes.toString('utf8', 0, end).split('\n').slice(0, -1));
  }

  private stop(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  close(): void {
    clearInterval(this.timer);
    this.look();
    this.stop();
  }
}

/** Below the folder of alerts.json, sorted: that is by time. */
function dayFiles(): readonly string[] {
  return readdirSync(alertsFolder(), { recursive: true, encoding: 'utf8' })
    .filter((name) => /ossec-alerts/.test(name))
    .sort();
}

function textOf(name: string): string {
  const bytes = readFileSync(join(alertsFolder(), name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

describe.skipIf(reason !== undefined)('alerts at midnight', () => {
  let shipper: Shipper;
  let sent = 0;
  let sender: NodeJS.Timeout | undefined;

  function send(): void {
    const addresses = Array.from({ length: 5 }, (_, index) => address(sent + index));
    machine.addLines(...addresses.map((each) => nobodyLine(each, Date.now() + offsetMs)));
    sent += addresses.length;
  }

  beforeEach(() => {
    machine = new Machine();
    machine.configure([]);
    sent = 0;
    shipper = new Shipper();
  });
  afterEach(async () => {
    clearInterval(sender);
    shipper.close();
    await machine.remove();
  });

  it(`are each in one file, and read once, though the service is killed around it; ${rounds} times`, async () => {
    const moments: number[] = [];
    for (let day = 1; day <= rounds; day += 1) {
      setClock(midnight(day) - 600_000);
      const service = await start();
      sender ??= setInterval(send, 10);
      setClock(midnight(day) - beforeMidnightMs);
      // Most of them within half a second of midnight; the last one when files are being compressed.
      const delay = day === rounds ? 9_900 + Math.random() * 300 : beforeMidnightMs - 250 + Math.random() * 500;
      moments.push(delay);
      await new Promise((go) => setTimeout(go, delay));
      await service.end('SIGKILL');
    }
    clearInterval(sender);
    setClock(midnight(rounds) + 3_600_000);
    const last = await start();
    const expected = Array.from({ length: sent }, (_, index) => address(index));
    const why = `killed after ${moments.join(', ')} ms`;
    await until('the last alert', () => shipper.lines.some((line) => line.includes(`"${expected.at(-1)}"`)));
    await until('all days are compressed', () => dayFiles().filter((name) => name.endsWith('.json')).length === 1);
    await until('nothing half done', () => dayFiles().every((name) => !name.endsWith('.new')));
    expect(await last.end('SIGTERM')).toBe(0);
    shipper.close();

    const alerts = shipper.lines.map((line) => JSON.parse(line) as Alert);
    const found = new Set(alerts.map(({ data }) => data?.srcip));
    expect(
      expected.filter((each) => !found.has(each)),
      why,
    ).toEqual([]);
    // What a killed service had not noted as read it reads again: the same alert, by its id.
    expect(new Set(alerts.map(({ id }) => id)).size, why).toBe(sent);
    const files = dayFiles().filter((name) => /\.json(\.gz)?$/.test(name));
    const written = files.flatMap((name) => textOf(name).split('\n').slice(0, -1));
    expect(written.length, why).toBe(shipper.lines.length);
    expect(
      written.findIndex((line, index) => line !== shipper.lines[index]),
      why,
    ).toBe(-1);
    const days = Array.from({ length: rounds }, (_, day) => `ossec-alerts-${firstDate + day}.json.gz`);
    expect(
      files.map((name) => basename(name)),
      why,
    ).toEqual([...days, `ossec-alerts-${firstDate + rounds}.json`]);
    for (const name of files.filter((each) => each.endsWith('.gz'))) {
      const sum = name.replace('.gz', '.sum');
      expect(existsSync(join(alertsFolder(), sum)), sum).toBe(true);
      expect(textOf(sum), sum).toContain(createHash('sha256').update(textOf(name)).digest('hex'));
    }
  }, 240_000);
});
