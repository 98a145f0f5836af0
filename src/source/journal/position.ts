// Where reading the journal stands.
import type { JsonObject, JsonValue } from '../../alert/alert.ts';
import type { SourcePosition } from '../source.ts';

export interface JournalPosition {
  /** Of the last entry that was consumed, or was there at the first start; null: the journal had none. */
  readonly cursor: string | null;
}

export function toSourcePosition({ cursor }: JournalPosition): SourcePosition {
  return { journal: { cursor } };
}

/** Undefined where it is none: the journal is then read from its end. */
export function parseJournalPosition(value: SourcePosition | undefined): JournalPosition | undefined {
  const journal = isObject(value) ? value.journal : undefined;
  const cursor = isObject(journal) ? journal.cursor : undefined;
  return cursor === null || (typeof cursor === 'string' && isCursor(cursor)) ? { cursor } : undefined;
}

/** It is handed to journalctl as an argument. */
export function isCursor(text: string): boolean {
  return /^[a-z]=[0-9a-f]+(?:;[a-z]=[0-9a-f]+)*$/.test(text);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
