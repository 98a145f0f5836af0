// Opening the database, and what is done about one that is damaged.
import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';
import { prepareSchema, readSchemaVersion, schemaVersion } from './schema.ts';
import { StoreError } from './store-error.ts';

export type Value = string | number | Buffer | null;
export type Row = Readonly<Record<string, unknown>>;

export interface Statement {
  run(...values: readonly Value[]): { readonly changes: number };
  all(...values: readonly Value[]): Row[];
  get(...values: readonly Value[]): Row | undefined;
}

/** The few things that the rest of the store asks of the driver. */
export interface Database {
  prepare(sql: string): Statement;
  execute(sql: string): void;
  /** All or nothing, on disk when it returns. Throws StoreError. */
  transaction(work: () => void): void;
  close(): void;
}

export interface OpenOptions {
  readonly nowMs: number;
  readonly onSetAside: (message: string) => void;
}

export function openDatabase(path: string, options: OpenOptions): Database {
  try {
    return openChecked(path);
  } catch (error) {
    if (!isCorrupt(error)) throw toStoreError(path, error);
    const aside = setAside(path, options.nowMs);
    options.onSetAside(
      `the database ${path} is damaged (${describe(error)}); it was moved to ${aside} and a new one begun`,
    );
  }
  try {
    return openChecked(path);
  } catch (error) {
    throw toStoreError(path, error);
  }
}

/** Undefined where there is no file. */
export function openDatabaseReadOnly(path: string): Database | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const driver = new Libsql(`${pathToFileURL(path).href}?mode=ro`, { timeout: busyTimeoutMs });
    const database = wrap(driver, path, true);
    const version = readSchemaVersion(database);
    if (version !== schemaVersion) throw new StoreError(`it has version ${version}, and ${schemaVersion} is needed`);
    return database;
  } catch (error) {
    throw toStoreError(path, error);
  }
}

// A reader holds the write lock for no longer than it takes to recover a log that a crash left behind.
const busyTimeoutMs = 5000;

function openChecked(path: string): Database {
  makeFile(path);
  const driver = new Libsql(path, { timeout: busyTimeoutMs });
  const database = wrap(driver, path, false);
  try {
    const [verdict] = database.prepare('PRAGMA quick_check(1)').all();
    if (verdict?.quick_check !== 'ok') throw new DamagedError(String(verdict?.quick_check).split('\n').join(' '));
    database.execute('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    prepareSchema(database);
    return database;
  } catch (error) {
    driver.close();
    throw error;
  }
}

/** Before the driver does, which knows no rights: what was blocked and why is nobody's business. The log inherits them. */
function makeFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}

class DamagedError extends Error {}

function isCorrupt(error: unknown): boolean {
  if (error instanceof DamagedError) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB');
}

/** With its log: a new database must not find the old one's. */
function setAside(path: string, nowMs: number): string {
  const aside = `${path}.damaged-${nowMs}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

function wrap(driver: Libsql.Database, path: string, readOnly: boolean): Database {
  const execute = (sql: string): void => {
    driver.exec(sql);
  };
  return {
    prepare: (sql) => driver.prepare(sql) as unknown as Statement,
    execute,
    transaction(work) {
      try {
        execute('BEGIN IMMEDIATE');
        work();
        execute('COMMIT');
      } catch (error) {
        if (driver.inTransaction) execute('ROLLBACK');
        throw toStoreError(path, error);
      }
    },
    close() {
      // Leaves one file behind, the log folded into it; where a reader keeps that from happening, the next opening does it.
      if (!readOnly) execute('PRAGMA wal_checkpoint(TRUNCATE)');
      driver.close();
    },
  };
}

function toStoreError(path: string, error: unknown): StoreError {
  return error instanceof StoreError && error.message.startsWith(path)
    ? error
    : new StoreError(`${path}: ${describe(error)}`, { cause: error });
}

/** The driver's own error for a file that it cannot open has no code and an empty message beside its name. */
function describe(error: unknown): string {
  return error instanceof Error ? error.message || error.toString() : String(error);
}
