// The events that composite rules look back on: one memory, and lists divided by what must be equal. // spec ruleset §8.2
import type { Event } from '../event.ts';
import type { DivisionKey } from '../rules/correlation-lists.ts';
import type { Rule } from '../rules/rule.ts';
import type { RuleTree } from '../rules/tree.ts';
import { Entries } from './entries.ts';

/** At least so many events are let go of at once. */
const droppedAtOnce = 10;

interface Division {
  readonly key: DivisionKey;
  readonly entries: Map<string, Entries>;
}

/** A remembered event with the rule that fired on it. */
export interface Remembered {
  readonly event: Event;
  readonly rule: Rule;
}

export class CorrelationMemory {
  private readonly lists: readonly (readonly Division[])[];
  private readonly capacity: number;
  private readonly maxFrequency: number;
  private all: (Remembered | undefined)[] = [];
  private head = 0;
  private lastSequence = 0;
  private usedUp: Event[] = [];

  constructor(tree: RuleTree, capacity: number) {
    this.lists = tree.lists.divisions.map((keys) => keys.map((key) => ({ key, entries: new Map() })));
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
    this.all.push({ event, rule });
    this.addToLists(event, rule);
  }

  private addToLists(event: Event, rule: Rule): void {
    if (rule.ownList >= 0) this.addToList(event, rule.ownList);
    else for (const list of rule.groupLists) this.addToList(event, list);
  }

  private addToList(event: Event, list: number): void {
    for (const { key, entries } of this.lists[list] ?? []) {
      const text = divisionOf(event, key);
      if (text === undefined) continue;
      let division = entries.get(text);
      if (division === undefined) {
        division = new Entries();
        entries.set(text, division);
      }
      division.push(event);
    }
  }

  /** The entries that share with the event what this division demands; undefined where the event lacks a field. */
  entriesFor(event: Event, list: number, index: number): Entries | undefined {
    const division = this.lists[list]?.[index];
    if (division === undefined) return undefined;
    const text = divisionOf(event, division.key);
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
      this.removeFromLists(oldest);
    }
    if (this.head > this.capacity) {
      this.all = this.all.slice(this.head);
      this.head = 0;
    }
  }

  private removeFromLists({ event, rule }: Remembered): void {
    const lists = rule.ownList >= 0 ? [rule.ownList] : rule.groupLists;
    for (const list of lists) {
      for (const { key, entries } of this.lists[list] ?? []) {
        const text = divisionOf(event, key);
        const division = text === undefined ? undefined : entries.get(text);
        if (text === undefined || division === undefined) continue;
        division.dropThrough(event.sequence);
        if (division.size === 0) entries.delete(text);
      }
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

/** Lengths keep values that contain a separator apart. */
function divisionOf(event: Event, key: DivisionKey): string | undefined {
  let text = key.agent ? event.agentId : '';
  for (const index of key.slots) {
    const value = event.statics[index];
    if (value === undefined) return undefined;
    text += `|${value.length}:${value}`;
  }
  if (key.location) text += `|${event.location.length}:${event.location}`;
  for (const name of key.dynamic) {
    const value = event.findDynamic(name);
    if (value === undefined) return undefined;
    text += `|${value.length}:${value}`;
  }
  return text;
}
