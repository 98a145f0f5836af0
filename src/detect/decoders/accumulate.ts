// Events with the same id fill in each other's fields. // spec ruleset §5.9
import { copyText } from '../bytes.ts';
import type { Event } from '../event.ts';
import { slot } from '../fields.ts';

const lifetimeSeconds = 120;
const longestValue = 80;
/** Ids are short; the memory of what a log calls one is bounded. */
const longestId = 1024;
/** Ids come from logs: beyond this the oldest entries are forgotten. */
const remembered = 8192;
const accumulatedSlots = [
  slot.dstuser,
  slot.srcuser,
  slot.dstip,
  slot.srcip,
  slot.dstport,
  slot.srcport,
  slot.data,
] as const;

interface Entry {
  second: number;
  readonly values: (string | undefined)[];
}

/** One entry as it is stored; null where a value is not set. */
export type StoredAccumulation = readonly [key: string, second: number, values: readonly (string | null)[]];

export class Accumulator {
  private readonly entries = new Map<string, Entry>();
  /** Those of them that have changed since the last call of takeChanged. */
  private readonly changed = new Map<string, Entry>();

  accumulate(event: Event): void {
    const { decoder } = event;
    const id = event.statics[slot.id];
    if (decoder === undefined || id === undefined) return;
    if (id.length > longestId) return;
    const key = copyText(`${event.hostname} ${decoder.name} ${id}`);
    const stored = this.entries.get(key);
    const entry =
      stored !== undefined && event.second - stored.second < lifetimeSeconds
        ? stored
        : { second: event.second, values: [] };
    for (const [position, index] of accumulatedSlots.entries()) {
      event.statics[index] ??= entry.values[position];
      const value = event.statics[index];
      if (value !== undefined && value.length <= longestValue) entry.values[position] ??= copyText(value);
    }
    entry.second = event.second;
    // Written last: the order of the map is that of use.
    this.entries.delete(key);
    this.entries.set(key, entry);
    this.changed.delete(key);
    this.changed.set(key, entry);
    if (this.entries.size > remembered) this.forgetOldest();
  }

  /** Entries that have changed since the last call, in the order of their use. */
  takeChanged(): StoredAccumulation[] {
    const stored = store(this.changed);
    this.changed.clear();
    return stored;
  }

  all(): StoredAccumulation[] {
    return store(this.entries);
  }

  /** Of several with one key the last counts. */
  restore(stored: readonly StoredAccumulation[]): void {
    for (const [key, second, values] of stored) {
      this.entries.delete(key);
      this.entries.set(key, { second, values: values.map((value) => value ?? undefined) });
      if (this.entries.size > remembered) this.forgetOldest();
    }
  }

  private forgetOldest(): void {
    for (const key of this.entries.keys()) {
      this.entries.delete(key);
      this.changed.delete(key);
      return;
    }
  }
}

function store(entries: ReadonlyMap<string, Entry>): StoredAccumulation[] {
  return [...entries].map(([key, { second, values }]) => [
    key,
    second,
    accumulatedSlots.map((_, position) => values[position] ?? null),
  ]);
}
