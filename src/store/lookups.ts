// What the service asks for at its start, and the small questions.
import type { JsonValue } from '../alert/alert.ts';
import type { Database } from './database.ts';
import type { StoreReader } from './store.ts';

type Lookups = Pick<StoreReader, 'positions' | 'loadCorrelation' | 'counters'>;

export function prepareLookups(database: Database): Lookups {
  const positions = database.prepare('SELECT source, body FROM positions');
  const segments = database.prepare('SELECT body FROM correlation ORDER BY segment');
  const counters = database.prepare('SELECT name, value FROM counters ORDER BY name');
  return {
    positions: () =>
      new Map(positions.all().map(({ source, body }) => [String(source), JSON.parse(String(body)) as JsonValue])),
    loadCorrelation: () => segments.all().map(({ body }) => toText(body)),
    counters: () => new Map(counters.all().map(({ name, value }) => [String(name), Number(value)])),
  };
}

/** The driver gives a blob as an ArrayBuffer. */
function toText(bytes: unknown): string {
  if (!(bytes instanceof ArrayBuffer)) throw new TypeError('a correlation segment is not stored as bytes');
  return Buffer.from(bytes).toString('utf8');
}
