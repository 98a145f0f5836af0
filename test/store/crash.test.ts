import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/store/store.ts';
import { makeDecision } from './samples.ts';

let folder: string;
let store: Store;
const told: string[] = [];
const options = { nowMs: 42, onSetAside: (message: string) => told.push(message) };
const path = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte-crash-'));
  store = openStore(path('live.db'), options);
});

afterEach(() => {
  store.close();
  told.length = 0;
  rmSync(folder, { recursive: true });
});

let copies = 0;

/** What a crash leaves of the files, the log cut to `logBytes`; and what is read from it. */
function crash(logBytes: number): { position: number; decisions: number } {
  copies += 1;
  const name = `copy-${copies}.db`;
  for (const suffix of ['', '-wal']) copyFileSync(path(`live.db${suffix}`), path(name + suffix));
  truncateSync(path(`${name}-wal`), logBytes);
  const copy = openStore(path(name), options);
  try {
    return {
      position: Number(copy.positions().get('source') ?? 0),
      decisions: copy.history({ limit: 10_000 }).length,
    };
  } finally {
    copy.close();
  }
}

describe('after a crash', () => {
  it('everything of a checkpoint is there once it has returned', () => {
    store.checkpoint({ positions: new Map([['source', 1]]), decisions: [makeDecision('1')] });
    expect(crash(statSync(path('live.db-wal')).size)).toEqual({ position: 1, decisions: 1 });
  });

  it('of a checkpoint that was not finished nothing is there, wherever it was cut', () => {
    const perCheckpoint = 20;
    for (let number = 1; number <= 5; number += 1) {
      const decisions = Array.from({ length: perCheckpoint }, (_, index) => makeDecision(`${number}.${index}`));
      store.checkpoint({ positions: new Map([['source', number]]), decisions });
    }
    const size = statSync(path('live.db-wal')).size;
    const seen = new Set<number>();
    for (let cut = 0; cut <= 40; cut += 1) {
      const { position, decisions } = crash(Math.floor((size * cut) / 40));
      expect(decisions, `cut ${cut}`).toBe(position * perCheckpoint);
      seen.add(position);
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(told).toEqual([]);
  });
});
