// Names of dynamic fields: folded once, and numbered where a decoder or rule speaks of them, so that rules find a field without comparing texts.
import { foldAscii } from './patterns/expression.ts';

export interface FieldName {
  readonly folded: string;
  /** Equal for names that differ in case only; -1 for one that no decoder and no rule has named. */
  readonly id: number;
}

/** Of the process: a ruleset that is loaded anew has the numbers of the one before. */
const ids = new Map<string, number>();

/** The number of a name that a decoder or rule speaks of. */
export function fieldIdOf(folded: string): number {
  const known = ids.get(folded);
  if (known !== undefined) return known;
  // What was looked up before may be this name.
  seen.clear();
  const id = ids.size;
  ids.set(folded, id);
  return id;
}

/** Names repeat from event to event; they come from logs, so the memory of them is bounded. */
const seen = new Map<string, FieldName>();
const seenLimit = 4096;

/** Of a name in an event. */
export function fieldNameOf(name: string): FieldName {
  const known = seen.get(name);
  if (known !== undefined) return known;
  if (seen.size >= seenLimit) seen.clear();
  const folded = foldAscii(name);
  const found = { folded, id: ids.get(folded) ?? -1 };
  seen.set(name, found);
  return found;
}
