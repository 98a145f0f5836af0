// The events that composite rules look back on: one memory, and lists divided by what must be equal. // spec ruleset §8.2
import type { Event } from '../event.ts';
import type { DivisionKey } from '../rules/correlation-lists.ts';
import type { Rule } from '../rules/rule.ts';
import type { RuleTree } from '../rules/tree.ts';
import { Entries } from './entries.ts';
import { KeyTexts } from './key-texts.ts';

/** At least so many events are let go of at once. */
const droppedAtOnce = 10;

interface Division {
  readonly key: DivisionKey;
  readonly entries: Map<string, Entries>;
}

/** Where an event stands in one division. */
interface Place {
  readonly division: Division;
  readonly entries: Entries;
}

/** A remembered event with the rule that fired on it. */
export interface Remembered {
  readonly event: Event;
  readonly rule: Rule;
  readonly places: readonly Place[];
}

const nowhere: readonly Place[] = [];

export class CorrelationMemory {
  private readonly lists: readonly (readonly Division[])[];
  private readonly capacity: number;
  private readonly maxFrequency: number;
  private all: (Remembered | undefined)[] = [];
  private head = 0;
  private lastSequence = 0;
  private usedUp: Event[] = [];
  private readonly texts: KeyTexts;

  constructor(tree: RuleTree, capacity: number) {
    this.lists = tree.lists.divisions.map((keys) => keys.map((key) => ({ key, entries: new Map() })));
    this.texts = new KeyTexts(tree.lists.keys.length);
    this.capacity = capacity;
    this.maxFrequency = tree.maxFrequency;
  }

  /** Events remembered after this sequence, oldest first. */
  rememberedAfter(sequence: number): Remembered[] {
    const found: Remembered[] = [];
    for (let index = this.all.length - 1; index >= this.head; index--) {
      const entry = this.all[index];
      if (entry === undefined || entry.event.sequence <= sequence) break;
      found.push(entry);
    }
    return found.reverse();
  }

  /** Index 0 is the newest of all events. */
  newest(index: number): Remembered | undefined {
    const at = this.all.length - 1 - index;
    return at < this.head ? undefined : this.all[at];
  }

  get size(): number {
    return this.all.length - this.head;
  }

  /** The sequence of the newest event that was ever remembered. */
  get newestSequence(): number {
    return this.lastSequence;
  }

  get oldestSequence(): number {
    return this.all[this.head]?.event.sequence ?? this.lastSequence + 1;
  }

  remember(event: Event, rule: Rule): void {
    event.sequence = ++this.lastSequence;
    event.release();
    this.append(event, rule);
    if (this.size > this.capacity) this.makeRoom(event.second);
  }

  private append(event: Event, rule: Rule): void {
    const lists = rule.ownList >= 0 ? [rule.ownList] : rule.groupLists;
    let places = nowhere as Place[];
    for (const list of lists) {
      for (const division of this.lists[list] ?? []) {
        const text = this.texts.of(event, division.key);
        if (text === undefined) continue;
        const place = { division, entries: addEntry(division, text, event) };
        if (places === nowhere) places = [place];
        else places.push(place);
      }
    }
    this.all.push({ event, rule, places });
  }

  /** The entries that share with the event what this division demands; undefined where the event lacks a field. */
  entriesFor(event: Event, list: number, index: number): Entries | undefined {
    const division = this.lists[list]?.[index];
    if (division === undefined) return undefined;
    const text = this.texts.of(event, division.key);
    return text === undefined ? undefined : division.entries.get(text);
  }

  /** Frees the oldest events, and further those too old for any frequency to count them. */
  private makeRoom(now: number): void {
    for (let dropped = 0; this.head < this.all.length; dropped++) {
      const oldest = this.all[this.head];
      if (oldest === undefined) break;
      if (dropped >= droppedAtOnce && now - oldest.event.second <= this.maxFrequency) break;
      this.all[this.head] = undefined;
      this.head++;
      leavePlaces(oldest);
    }
    if (this.head > this.capacity) {
      this.all = this.all.slice(this.head);
      this.head = 0;
    }
  }

  /** The event counts no more for rules of this level and lower. */
  useUp(event: Event, level: number): void {
    event.matched = level;
    this.usedUp.push(event);
  }

  /** Events used up since the last call. */
  takeUsedUp(): Event[] {
    const { usedUp } = this;
    this.usedUp = [];
    return usedUp;
  }

  /** Puts an event of an earlier run back; oldest first. */
  restore(event: Event, rule: Rule): void {
    this.lastSequence = Math.max(this.lastSequence, event.sequence);
    this.append(event, rule);
  }

  /** The next sequence is greater than this. */
  restoreSequence(sequence: number): void {
    this.lastSequence = Math.max(this.lastSequence, sequence);
  }
}

function addEntry(division: Division, text: string, event: Event): Entries {
  const known = division.entries.get(text);
  if (known !== undefined) {
    known.push(event);
    return known;
  }
  const entries = new Entries(text, event);
  division.entries.set(text, entries);
  return entries;
}

function leavePlaces({ event, places }: Remembered): void {
  for (const { division, entries } of places) {
    entries.dropThrough(event.sequence);
    if (entries.size === 0) division.entries.delete(entries.text);
  }
}
