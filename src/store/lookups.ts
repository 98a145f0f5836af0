// What the service asks for at its start, and the small questions.
import type { JsonValue } from '../alert/alert.ts';
import type { CommandMessage } from '../fleet/command.ts';
import type { Execution } from '../fleet/execution.ts';
import type { Database } from './database.ts';
import type { StoreReader } from './store.ts';

type Lookups = Pick<StoreReader, 'positions' | 'loadCorrelation' | 'counters' | 'lasting'>;

export function prepareLookups(database: Database): Lookups {
  const positions = database.prepare('SELECT source, body FROM positions');
  const segments = database.prepare('SELECT body FROM correlation ORDER BY segment');
  const counters = database.prepare('SELECT name, value FROM counters ORDER BY name');
  const lasting = database.prepare('SELECT body FROM executions WHERE lasting = 1 ORDER BY rowid');
  return {
    positions: () =>
      new Map(positions.all().map(({ source, body }) => [String(source), JSON.parse(String(body)) as JsonValue])),
    loadCorrelation: () => segments.all().map(({ body }) => toText(body)),
    counters: () => new Map(counters.all().map(({ name, value }) => [String(name), Number(value)])),
    lasting: () => lasting.all().map(({ body }) => JSON.parse(String(body)) as Execution),
  };
}

export function prepareOwed(database: Database): () => CommandMessage[] {
  const owed = database.prepare('SELECT body FROM owed ORDER BY rowid');
  return () => owed.all().map(({ body }) => JSON.parse(String(body)) as CommandMessage);
}

/** The driver gives a blob as an ArrayBuffer. */
function toText(bytes: unknown): string {
  if (!(bytes instanceof ArrayBuffer)) throw new TypeError('a correlation segment is not stored as bytes');
  return Buffer.from(bytes).toString('utf8');
}
