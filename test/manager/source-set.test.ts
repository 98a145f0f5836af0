// Real files under a set of sources that changes while they are written.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, JsonValue } from '../../src/alert/alert.ts';
import { createSourceSet, type SourceSet } from '../../src/manager/source-set.ts';
import type { PlannedSource } from '../../src/manager/sources.ts';
import { systemClock } from '../../src/system/clock.ts';
import { makeFolder } from '../source/collect.ts';

let folder: ReturnType<typeof makeFolder>;
let texts: string[];
let alerts: Alert[];
let told: string[];
let positions: Map<string, JsonValue>;
let input: PassThrough;
let waiting: (() => void)[];
/** As where threads judge. */
let takeLater: ((onTaken: () => void) => Promise<void>) | undefined;
let set: SourceSet;

beforeEach(() => {
  folder = makeFolder();
  texts = [];
  alerts = [];
  told = [];
  positions = new Map();
  waiting = [];
  takeLater = undefined;
  input = new PassThrough();
  set = create();
});
afterEach(async () => {
  await set.stop();
  folder.remove();
});

const wake = (): void => {
  for (const go of waiting.splice(0)) go();
};

function create(): SourceSet {
  return createSourceSet({
    clock: systemClock,
    stdin: { input, number: '0000000001' },
    journalSenders: () => [],
    pipeline: {
      takeMessages: (messages, onTaken) => {
        texts.push(...messages.map(({ text }) => text));
        if (takeLater !== undefined && onTaken !== undefined) return takeLater(onTaken);
        onTaken?.();
        wake();
        return undefined;
      },
      takeAlert: (alert) => {
        alerts.push(alert);
        wake();
      },
    },
    positions: () => positions,
    notePosition: (location, position) => positions.set(location, position()),
    print: (line) => {
      told.push(line);
      wake();
    },
  });
}

/** The test's own timeout ends a vain wait. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((go) => waiting.push(go));
}

function file(name: string, text = ''): PlannedSource {
  const location = join(folder.path, name);
  writeFileSync(location, text);
  return { location, kind: 'syslog' };
}

const stdin = (kind: PlannedSource['kind']): PlannedSource => ({ location: 'stdin', kind });

describe('a set of sources', () => {
  it('reads what is gone to where it ends, starts what is new at its end, and leaves the rest undisturbed', async () => {
    const [stays, goes, comes] = [file('stays'), file('goes'), file('comes', 'before\n')];
    set.add([stays, goes]);
    appendFileSync(stays.location, 'stays 1\n');
    await until(() => texts.length === 1);
    appendFileSync(stays.location, 'stays 2\n');
    appendFileSync(goes.location, 'goes 1\n');
    await set.drop([stays, comes]);
    expect(texts).toContain('goes 1');
    appendFileSync(goes.location, 'goes 2\n');
    set.add([stays, comes]);
    expect(set.locations()).toEqual([stays.location, comes.location]);
    appendFileSync(comes.location, 'comes 1\n');
    appendFileSync(stays.location, 'stays 3\n');
    await until(() => texts.length === 5);
    expect([...texts].sort()).toEqual(['comes 1', 'goes 1', 'stays 1', 'stays 2', 'stays 3']);
  });

  it('goes on where it was left with one that comes back', async () => {
    const source = file('log');
    set.add([source]);
    appendFileSync(source.location, '1\n');
    await until(() => texts.length === 1);
    await set.drop([]);
    appendFileSync(source.location, '2\n');
    set.add([source]);
    appendFileSync(source.location, '3\n');
    await until(() => texts.length === 3);
    expect(texts).toEqual(['1', '2', '3']);
  });

  it('notes where a source stands when what came of its lines may be stored, and reads no more of it until then', async () => {
    const source = file('log');
    set.add([source]);
    await set.drop([]);
    const before = JSON.stringify(positions.get(source.location));
    const judged: (() => void)[] = [];
    takeLater = (onTaken) =>
      new Promise((resolve) => {
        judged.push(() => {
          onTaken();
          resolve();
        });
        wake();
      });
    set.add([source]);
    appendFileSync(source.location, '1\n');
    await until(() => judged.length === 1);
    appendFileSync(source.location, '2\n');
    expect(JSON.stringify(positions.get(source.location))).toBe(before);
    expect(texts).toEqual(['1']);
    judged[0]?.();
    expect(JSON.stringify(positions.get(source.location))).not.toBe(before);
    await until(() => judged.length === 2);
    judged[1]?.();
    expect(texts).toEqual(['1', '2']);
  });

  it('notes where a source without new lines stands', async () => {
    const source = file('log', 'old\n');
    set.add([source]);
    await set.stop();
    expect(positions.has(source.location)).toBe(true);
  });

  it('reads log lines from standard input, and says when it has ended', async () => {
    set.add([stdin('syslog')]);
    input.end('one\ntwo');
    await until(() => told.length === 1);
    expect(texts).toEqual(['one', 'two']);
    expect(told).toEqual(['stdin: it has ended']);
    expect(positions.size).toBe(0);
    expect(set.locations()).toEqual(['stdin']);
  });

  it('reads alerts from standard input, and tells of a line that is none', async () => {
    set.add([stdin('alerts')]);
    const alert = {
      id: '1.1',
      rule: { id: '5763', level: 10, description: 'x', groups: ['sshd'] },
      agent: { id: '000' },
    };
    input.end(`{"broken\n${JSON.stringify({ timestamp: '2026-01-01T00:00:00.000+0000', ...alert })}\n`);
    await until(() => alerts.length === 1 && told.length === 2);
    expect(alerts).toMatchObject([alert]);
    expect(told[0]).toContain('stdin: byte 0:');
  });
});
