// The events that composite rules look back on: one memory, and lists divided by what must be equal. // spec ruleset §8.2
import type { Event } from '../event.ts';
import type { Rule } from '../rules/rule.ts';
import type { RuleTree } from '../rules/tree.ts';
import { Division } from './division.ts';
import type { Entries } from './entries.ts';
import { type ComparedEvent, type Kept, PastEvent } from './past-event.ts';

/** At least so many events are let go of at once. */
const droppedAtOnce = 10;

export class CorrelationMemory {
  private readonly lists: readonly (readonly Division[])[];
  private readonly capacity: number;
  private readonly maxFrequency: number;
  private readonly tree: RuleTree;
  /** By index of the rule. */
  private readonly kept: (Kept | undefined)[] = [];
  private all: (PastEvent | undefined)[] = [];
  private head = 0;
  private lastSequence = 0;
  private usedUp: PastEvent[] = [];
  private readonly sharedSequence: (() => number) | undefined;

  /** `sharedSequence` gives the next sequence where other memories number theirs with the same counter. */
  constructor(tree: RuleTree, capacity: number, sharedSequence?: () => number) {
    this.lists = tree.lists.divisions.map((keys) => keys.map((key) => new Division(key)));
    this.tree = tree;
    this.capacity = capacity;
    this.maxFrequency = tree.maxFrequency;
    this.sharedSequence = sharedSequence;
  }

  /** Events remembered after this sequence, oldest first. */
  rememberedAfter(sequence: number): PastEvent[] {
    const found: PastEvent[] = [];
    for (let index = this.all.length - 1; index >= this.head; index--) {
      const event = this.all[index];
      if (event === undefined || event.sequence <= sequence) break;
      found.push(event);
    }
    return found.reverse();
  }

  /** Index 0 is the newest of all events. */
  newest(index: number): PastEvent | undefined {
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
    return this.all[this.head]?.sequence ?? this.lastSequence + 1;
  }

  remember(event: Event, rule: Rule): void {
    const sequence = this.sharedSequence === undefined ? this.lastSequence + 1 : this.sharedSequence();
    this.append(new PastEvent(event, rule, sequence, this.keptOf(rule)));
    if (this.size > this.capacity) this.makeRoom(event.second);
  }

  private keptOf(rule: Rule): Kept {
    const known = this.kept[rule.index];
    if (known !== undefined) return known;
    const { usesEarlierLogs, lists } = this.tree;
    const joined = rule.ownList >= 0 ? [rule.ownList] : rule.groupLists;
    const isCompared = usesEarlierLogs || joined.some((list) => lists.comparesDynamic(list));
    const kept = isCompared ? 'all' : joined.length > 0 ? 'usual' : 'nothing';
    this.kept[rule.index] = kept;
    return kept;
  }

  /** Puts an event of an earlier run back; oldest first. */
  restore(event: PastEvent): void {
    this.append(event);
  }

  /** The next sequence is greater than this. */
  restoreSequence(sequence: number): void {
    this.lastSequence = Math.max(this.lastSequence, sequence);
  }

  private append(event: PastEvent): void {
    this.lastSequence = Math.max(this.lastSequence, event.sequence);
    this.all.push(event);
    const { rule } = event;
    const entries: Entries[] = [];
    if (rule.ownList >= 0) this.addToList(event, rule.ownList, entries);
    else for (const list of rule.groupLists) this.addToList(event, list, entries);
    if (entries.length > 0) event.entries = entries;
  }

  private addToList(event: PastEvent, list: number, joined: Entries[]): void {
    for (const division of this.lists[list] ?? []) {
      const entries = division.add(event);
      if (entries !== undefined) joined.push(entries);
    }
  }

  /** The entries that share with the event what this division demands; undefined where the event lacks a field, or there are none. */
  entriesFor(event: ComparedEvent, list: number, index: number): Entries | undefined {
    return this.lists[list]?.[index]?.find(event);
  }

  /** Frees the oldest events, and further those too old for any frequency to count them. */
  private makeRoom(now: number): void {
    for (let dropped = 0; this.head < this.all.length; dropped++) {
      const oldest = this.all[this.head];
      if (oldest === undefined) break;
      if (dropped >= droppedAtOnce && now - oldest.second <= this.maxFrequency) break;
      this.all[this.head] = undefined;
      this.head++;
      for (const entries of oldest.entries) entries.dropThrough(oldest.sequence);
    }
    if (this.head > this.capacity) {
      this.all = this.all.slice(this.head);
      this.head = 0;
    }
  }

  /** The event counts no more for rules of this level and lower. */
  useUp(event: PastEvent, level: number): void {
    event.matched = level;
    this.usedUp.push(event);
  }

  /** Events used up since the last call. */
  takeUsedUp(): PastEvent[] {
    const { usedUp } = this;
    this.usedUp = [];
    return usedUp;
  }
}
