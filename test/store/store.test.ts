import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Execution } from '../../src/fleet/execution.ts';
import { openStore, openStoreReadOnly, type Store, StoreError } from '../../src/store/store.ts';
import { makeDecision, makeExecution } from './samples.ts';

let folder: string;
let path: string;
const open: { close(): void }[] = [];
const told: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte store '));
  path = join(folder, 'riposte.db');
});

afterEach(() => {
  for (const store of open.splice(0)) store.close();
  told.length = 0;
  rmSync(folder, { recursive: true });
});

function openHere(): Store {
  const store = openStore(path, { nowMs: 42, onSetAside: (message) => told.push(message) });
  open.push(store);
  return store;
}

function reopen(store: Store): Store {
  open.splice(open.indexOf(store), 1);
  store.close();
  return openHere();
}

describe('checkpoint', () => {
  it('gives back after a restart what was stored', () => {
    const store = openHere();
    const decision = makeDecision('1.1:blk60', { target: '192.0.2.1' });
    const execution = makeExecution('1.1:blk60:000', { state: 'active', target: '192.0.2.1' });
    store.checkpoint({
      positions: new Map([['/var/log/a', { offset: 7, files: [1, null] }]]),
      correlation: { append: { newestMs: 10, body: 'é\0\ud83d\ude00' } },
      decisions: [decision],
      executions: [{ execution, changedAtMs: 5 }],
      counters: new Map([['alerts', 3]]),
    });
    const again = reopen(store);
    expect(again.positions()).toEqual(new Map([['/var/log/a', { offset: 7, files: [1, null] }]]));
    expect(again.loadCorrelation()).toEqual(['é\0\ud83d\ude00']);
    expect(again.counters()).toEqual(new Map([['alerts', 3]]));
    expect(again.history({ limit: 10 })).toEqual([
      { atMs: decision.decidedAtMs, decision, execution, states: [{ state: 'active', atMs: 5 }] },
    ]);
  });

  it('stores all of it or nothing', () => {
    const store = openHere();
    const broken = { ...makeDecision('2'), response: 1n as unknown as string };
    expect(() =>
      store.checkpoint({
        positions: new Map([['a', 1]]),
        counters: new Map([['n', 1]]),
        decisions: [makeDecision('1'), broken],
      }),
    ).toThrow(StoreError);
    expect(store.positions().size).toBe(0);
    expect(store.history({ limit: 10 })).toEqual([]);
    store.checkpoint({ positions: new Map([['a', 2]]) });
    expect(store.positions()).toEqual(new Map([['a', 2]]));
  });

  it('keeps the first of two decisions with one id, and the last of two executions with the states of both', () => {
    const store = openHere();
    store.checkpoint({ decisions: [makeDecision('1:b', { reason: 'first' })] });
    store.checkpoint({ decisions: [makeDecision('1:b', { reason: 'second' })] });
    for (const [state, changedAtMs] of [
      ['accepted', 1],
      ['active', 2],
      ['reverted', 3],
    ] as const) {
      store.checkpoint({
        executions: [{ execution: makeExecution('1:b:000', { state, reason: state }), changedAtMs }],
      });
    }
    const [entry, ...rest] = store.history({ limit: 9 });
    expect(rest).toEqual([]);
    expect(entry?.decision?.reason).toBe('first');
    expect(entry?.execution?.state).toBe('reverted');
    expect(entry?.states.map(({ state, atMs }) => `${state} ${atMs}`)).toEqual([
      'accepted 1',
      'active 2',
      'reverted 3',
    ]);
  });

  it('stores what an endpoint recalls where it is news, in the order in which things were told', () => {
    const at = (state: Execution['state'], changedAtMs: number, recalled = false) => ({
      execution: makeExecution('1:000', { state }),
      changedAtMs,
      ...(recalled ? { recalled } : {}),
    });
    const store = openHere();
    store.checkpoint({ executions: [at('accepted', 1)] });
    store.checkpoint({ executions: [at('active', 2), at('active', 3, true), at('reverting', 4)] });
    store.checkpoint({ executions: [at('reverted', 5, true), at('reverted', 5, true)] });
    store.checkpoint({ executions: [at('reverted', 6, true)] });
    const [entry] = store.history({ limit: 9 });
    expect(entry?.execution?.state).toBe('reverted');
    expect(entry?.states.map(({ state, atMs }) => `${state} ${atMs}`)).toEqual([
      'accepted 1',
      'active 2',
      'reverting 4',
      'reverted 5',
    ]);
  });

  it('appends, drops and replaces correlation segments', () => {
    const store = openHere();
    for (const newestMs of [100, 200, 300]) {
      store.checkpoint({ correlation: { append: { newestMs, body: `to ${newestMs}` } } });
    }
    store.checkpoint({ correlation: { dropOlderThanMs: 200, append: { newestMs: 400, body: 'to 400' } } });
    expect(store.loadCorrelation()).toEqual(['to 200', 'to 300', 'to 400']);
    store.checkpoint({ correlation: { replace: true, append: { newestMs: 400, body: 'whole' } } });
    expect(store.loadCorrelation()).toEqual(['whole']);
  });

  it('adds to counters', () => {
    const store = openHere();
    store.checkpoint({ counters: new Map([['a', 2]]) });
    store.checkpoint({
      counters: new Map([
        ['a', 3],
        ['b', 1],
      ]),
    });
    expect(store.counters()).toEqual(
      new Map([
        ['a', 5],
        ['b', 1],
      ]),
    );
  });
});

describe('history', () => {
  it('filters by target, of the decision or of the execution, and by time; newest first', () => {
    const store = openHere();
    store.checkpoint({
      decisions: [
        makeDecision('1:a', { target: '192.0.2.1', decidedAtMs: 10 }),
        makeDecision('2:a', { target: '192.0.2.2', decidedAtMs: 20 }),
        makeDecision('3:a', { decidedAtMs: 30 }),
        makeDecision('4:a', { target: '192.0.2.1', decidedAtMs: 40 }),
      ],
      executions: [{ execution: makeExecution('3:a:000', { target: '192.0.2.1' }), changedAtMs: 31 }],
    });
    const ids = (filter: Parameters<Store['history']>[0]) => store.history(filter).map(({ decision }) => decision?.id);
    expect(ids({ limit: 10 })).toEqual(['4:a', '3:a', '2:a', '1:a']);
    expect(ids({ limit: 2 })).toEqual(['4:a', '3:a']);
    expect(ids({ limit: 10, target: '192.0.2.1' })).toEqual(['4:a', '3:a', '1:a']);
    expect(ids({ limit: 10, target: '192.0.2.1', sinceMs: 30 })).toEqual(['4:a', '3:a']);
    expect(ids({ limit: 10, target: '192.0.2' })).toEqual([]);
  });

  it('has an entry for each endpoint, and for what an operator asked for', () => {
    const store = openHere();
    store.checkpoint({
      decisions: [makeDecision('1:a', { decidedAtMs: 10 })],
      executions: [
        { execution: makeExecution('1:a:001'), changedAtMs: 11 },
        { execution: makeExecution('1:a:002'), changedAtMs: 11 },
        { execution: makeExecution('by-hand:000', { origin: 'operator', startedAtMs: 50 }), changedAtMs: 51 },
      ],
    });
    const entries = store.history({ limit: 10 });
    expect(entries.map(({ decision, execution }) => [decision?.id, execution?.id])).toEqual([
      [undefined, 'by-hand:000'],
      ['1:a', '1:a:001'],
      ['1:a', '1:a:002'],
    ]);
  });
});

describe('prune', () => {
  const forgetAll = { nowMs: 1000, maxAgeMs: 0, maxRows: 0 };

  it('forgets by age', () => {
    const store = openHere();
    store.checkpoint({
      decisions: [makeDecision('old', { decidedAtMs: 10 }), makeDecision('new', { decidedAtMs: 90 })],
    });
    expect(store.prune({ nowMs: 100, maxAgeMs: 50, maxRows: 100 })).toBe(false);
    expect(store.history({ limit: 9 }).map(({ decision }) => decision?.id)).toEqual(['new']);
  });

  it('forgets the oldest where there are too many', () => {
    const store = openHere();
    store.checkpoint({
      decisions: [30, 10, 20].map((decidedAtMs) => makeDecision(`at ${decidedAtMs}`, { decidedAtMs })),
    });
    store.prune({ nowMs: 0, maxAgeMs: 0, maxRows: 2 });
    expect(store.history({ limit: 9 }).map(({ decision }) => decision?.id)).toEqual(['at 30', 'at 20']);
  });

  it('keeps what is in force or owed, however old', () => {
    const store = openHere();
    const states = ['accepted', 'active', 'reverting', 'revert_failed', 'reverted', 'completed', 'failed'] as const;
    store.checkpoint({
      executions: states.map((state) => ({ execution: makeExecution(`${state}:000`, { state }), changedAtMs: 1 })),
    });
    store.prune(forgetAll);
    expect(
      store
        .history({ limit: 9 })
        .map(({ execution }) => execution?.state)
        .sort(),
    ).toEqual(['accepted', 'active', 'revert_failed', 'reverting']);
  });

  it('takes many rows in several calls', () => {
    const store = openHere();
    store.checkpoint({ decisions: Array.from({ length: 4500 }, (_, index) => makeDecision(`${index}`)) });
    let calls = 1;
    while (store.prune(forgetAll)) calls += 1;
    expect(calls).toBeGreaterThan(1);
    expect(store.history({ limit: 9 })).toEqual([]);
  });
});

describe('opening', () => {
  it('reads while the service writes, and changes nothing', () => {
    const store = openHere();
    store.checkpoint({ counters: new Map([['a', 1]]) });
    const before = readFileSync(path);
    const reader = openStoreReadOnly(path);
    if (reader === undefined) throw new Error('there is a store');
    open.push(reader);
    expect(reader.counters()).toEqual(new Map([['a', 1]]));
    store.checkpoint({ counters: new Map([['a', 1]]) });
    expect(reader.counters()).toEqual(new Map([['a', 2]]));
    expect('checkpoint' in reader).toBe(false);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('reads after the service has ended', () => {
    const store = openHere();
    store.checkpoint({ counters: new Map([['a', 1]]) });
    open.pop();
    store.close();
    expect(readdirSync(folder)).toContain('riposte.db');
    const reader = openStoreReadOnly(path);
    expect(reader?.counters()).toEqual(new Map([['a', 1]]));
    reader?.close();
  });

  it('says that there is no store', () => {
    expect(openStoreReadOnly(path)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('sets a file aside that is no database, and says where it is', () => {
    writeFileSync(path, 'not a database at all, '.repeat(200));
    const store = openHere();
    expect(told).toEqual([expect.stringContaining(`${path}.damaged-42`)]);
    expect(readFileSync(`${path}.damaged-42`, 'utf8')).toContain('not a database');
    store.checkpoint({ counters: new Map([['a', 1]]) });
    expect(store.counters().get('a')).toBe(1);
  });

  it('sets a damaged database aside', () => {
    const store = openHere();
    store.checkpoint({ decisions: Array.from({ length: 500 }, (_, index) => makeDecision(`${index}`)) });
    open.pop();
    store.close();
    const bytes = readFileSync(path);
    expect(bytes.length).toBeGreaterThan(100_000);
    writeFileSync(path, bytes.fill(0x41, 40_000, bytes.length - 4096));
    expect(openHere().history({ limit: 9 })).toEqual([]);
    expect(told).toHaveLength(1);
  });

  it('begins anew in an empty file, and tells nothing', () => {
    writeFileSync(path, '');
    expect(openHere().positions().size).toBe(0);
    expect(told).toEqual([]);
  });

  it('refuses a database of a later version', async () => {
    const { default: Libsql } = await import('libsql');
    const raw = new Libsql(path);
    raw.exec('PRAGMA user_version = 99');
    raw.close();
    expect(() => openHere()).toThrow(/99/);
    expect(() => openStoreReadOnly(path)).toThrow(StoreError);
    expect(told).toEqual([]);
  });

  it('lets nobody else read it', () => {
    openHere().checkpoint({ counters: new Map([['a', 1]]) });
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
  });

  it('names the file that cannot be opened', () => {
    expect(() => openStore(join(folder, 'none', 'x.db'), { nowMs: 0, onSetAside: () => {} })).toThrow(/none\/x\.db/);
  });
});
