// The tables. A column of its own is what is searched by; everything else stands in `body`, as JSON.
import type { Database } from './database.ts';
import { StoreError } from './store-error.ts';

export const schemaVersion = 1;

const tables = `
  CREATE TABLE decisions (
    id TEXT NOT NULL UNIQUE,
    at_ms INTEGER NOT NULL,
    target TEXT,
    body TEXT NOT NULL
  );
  CREATE INDEX decisions_by_time ON decisions (at_ms);
  CREATE INDEX decisions_by_target ON decisions (target) WHERE target IS NOT NULL;

  CREATE TABLE executions (
    id TEXT NOT NULL UNIQUE,
    decision_id TEXT,
    at_ms INTEGER NOT NULL,
    target TEXT,
    lasting INTEGER NOT NULL,
    body TEXT NOT NULL,
    states TEXT NOT NULL
  );
  CREATE INDEX executions_by_time ON executions (at_ms);
  CREATE INDEX executions_by_decision ON executions (decision_id);
  CREATE INDEX executions_by_target ON executions (target) WHERE target IS NOT NULL;

  CREATE TABLE positions (source TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE correlation (segment INTEGER PRIMARY KEY AUTOINCREMENT, newest_ms INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
`;

/** What a start asks for; added to version 1, which reads the same without it. */
const additions = `
  CREATE INDEX IF NOT EXISTS executions_lasting ON executions (lasting) WHERE lasting = 1;
  CREATE TABLE IF NOT EXISTS owed (id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
`;

export function readSchemaVersion(database: Database): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

/** Makes the tables in a new database. Throws StoreError for one that a later version wrote. */
export function prepareSchema(database: Database): void {
  const version = readSchemaVersion(database);
  if (version === schemaVersion) {
    database.execute(additions);
    return;
  }
  if (version !== 0) {
    throw new StoreError(`written by another version of this program (it has ${version}, ${schemaVersion} is needed)`);
  }
  database.transaction(() => {
    database.execute(tables);
    database.execute(additions);
    database.execute(`PRAGMA user_version = ${schemaVersion}`);
  });
}
