// What the manager remembers across restarts: decisions, executions, read positions, recent correlation, counters. The only SQL.
import type { JsonValue } from '../alert/alert.ts';
import type { Decision } from '../decide/decision.ts';
import type { CommandId, CommandMessage } from '../fleet/command.ts';
import type { Execution, ExecutionState } from '../fleet/execution.ts';
import { prepareCheckpoint } from './checkpoint.ts';
import { type Database, openDatabase, openDatabaseReadOnly } from './database.ts';
import { prepareHistory } from './history.ts';
import { prepareLookups, prepareOwed } from './lookups.ts';
import { prepareRetention } from './retention.ts';

/** What was new in the correlation state since the last checkpoint. */
export interface CorrelationSegment {
  /** Wall clock, ms, of the newest event in it: it can be dropped when no timeframe reaches back so far. */
  readonly newestMs: number;
  /** Whatever the detection writes and reads; any text. */
  readonly body: string;
}

export interface ExecutionChange {
  readonly execution: Execution;
  /** Not new: what the endpoint remembers of it. Stored where it is missing, or has another state. */
  readonly recalled?: boolean;
  /** Wall clock, ms. */
  readonly changedAtMs: number;
}

/** What belongs together: it is all stored, or none of it. */
export interface Checkpoint {
  /** By source. A source that is not named keeps what it had. */
  readonly positions?: ReadonlyMap<string, JsonValue>;
  readonly correlation?: {
    readonly append?: CorrelationSegment;
    /** Segments whose newest event is older, wall clock ms, are dropped. */
    readonly dropOlderThanMs?: number;
    /** All earlier segments are dropped first. */
    readonly replace?: boolean;
  };
  /** One that is stored already stays as it was. */
  readonly decisions?: readonly Decision[];
  readonly executions?: readonly ExecutionChange[];
  /** Commands that no endpoint has taken on yet: they are delivered again after a crash. */
  readonly owed?: readonly CommandMessage[];
  /** Ids of those that one has. */
  readonly taken?: readonly CommandId[];
  /** Added to what they were. */
  readonly counters?: ReadonlyMap<string, number>;
}

export interface StateChange {
  readonly state: ExecutionState;
  /** Wall clock, ms. */
  readonly atMs: number;
  readonly reason?: string;
}

/** A decision with what became of it on one endpoint. At least one of the two is there. */
export interface HistoryEntry {
  /** Wall clock, ms: of the decision, or of the execution where an operator asked for it. */
  readonly atMs: number;
  readonly decision: Decision | undefined;
  readonly execution: Execution | undefined;
  /** Oldest first; empty where nothing has been reported yet. */
  readonly states: readonly StateChange[];
}

export interface HistoryFilter {
  readonly target?: string;
  /** Wall clock, ms. */
  readonly sinceMs?: number;
  readonly limit: number;
}

export interface RetentionLimits {
  readonly nowMs: number;
  readonly maxAgeMs: number;
  /** Of decisions, and of executions. */
  readonly maxRows: number;
}

export interface StoreReader {
  /** Newest first. */
  history(filter: HistoryFilter): HistoryEntry[];
  positions(): Map<string, JsonValue>;
  /** Segments in the order in which they were appended. */
  loadCorrelation(): string[];
  counters(): Map<string, number>;
  /** Executions that, as far as this store knows, are in force or under way. */
  lasting(): Execution[];
  close(): void;
}

export interface Store extends StoreReader {
  /** In the order in which they were decided. */
  owed(): CommandMessage[];
  /** In one transaction, on disk when it returns. Throws StoreError where nothing of it was stored. */
  checkpoint(checkpoint: Checkpoint): void;
  /** Deletes at most a few thousand rows; true: call again. What is in force or owed stays, however old. */
  prune(limits: RetentionLimits): boolean;
}

export { StoreError } from './store-error.ts';

export interface StoreOptions {
  /** Wall clock, ms: ends the name of a corrupt file that is set aside. */
  readonly nowMs: number;
  /** Told when a corrupt database was set aside: what happened and where it is now. */
  readonly onSetAside: (message: string) => void;
}

/** Opens the store, makes it where there is none, and sets a corrupt one aside. Throws StoreError. */
export function openStore(path: string, options: StoreOptions): Store {
  const database = openDatabase(path, options);
  return {
    ...prepareReader(database),
    owed: prepareOwed(database),
    checkpoint: prepareCheckpoint(database),
    prune: prepareRetention(database),
  };
}

/** For the command line, whether the service runs or not. Undefined where there is no store yet. Throws StoreError. */
export function openStoreReadOnly(path: string): StoreReader | undefined {
  const database = openDatabaseReadOnly(path);
  return database === undefined ? undefined : prepareReader(database);
}

function prepareReader(database: Database): StoreReader {
  return { history: prepareHistory(database), ...prepareLookups(database), close: () => database.close() };
}
