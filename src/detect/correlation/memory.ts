// The events that composite rules look back on: one memory, and lists divided by what must be equal. // spec ruleset §8.2
import type { Event } from '../event.ts';
import type { Rule } from '../rules/rule.ts';
import type { RuleTree } from '../rules/tree.ts';
import type { ComparedEvent, Kept, PastEvent } from './compared-event.ts';
import { Division } from './division.ts';
import { LogTests } from './log-tests.ts';
import { PastEvents } from './past-events.ts';
import { Queues } from './queues.ts';

/** At least so many events are let go of at once. */
const droppedAtOnce = 10;
/**
 * Of the texts of all events. Thousands of usual ones take a few million bytes; huge ones are remembered as far as this goes. Printed as JSON, where a byte
 * takes six characters at worst, it is still a string that Node can make.
 */
const mostBytes = 64 * 2 ** 20;

export interface MemoryOptions {
  /** Most events remembered. */
  readonly capacity: number;
  /** 32 bits that nobody who writes logs can know. */
  readonly seed: number;
  /** The next sequence, where other memories number theirs with the same counter. */
  readonly sharedSequence?: (() => number) | undefined;
}

export class CorrelationMemory {
  readonly past: PastEvents;
  readonly queues: Queues;
  readonly logTests: LogTests;
  private readonly lists: readonly (readonly Division[])[];
  private readonly capacity: number;
  private readonly maxFrequency: number;
  private readonly tree: RuleTree;
  /** By index of the rule. */
  private readonly kept: (Kept | undefined)[] = [];
  private lastSequence = 0;
  /** Level by sequence. */
  private usedUp = new Map<number, number>();
  private readonly sharedSequence: (() => number) | undefined;

  constructor(tree: RuleTree, { capacity, seed, sharedSequence }: MemoryOptions) {
    let divisions = 0;
    this.lists = tree.lists.divisions.map((keys) => keys.map((key) => new Division(divisions++, key, seed)));
    this.tree = tree;
    this.capacity = capacity;
    this.maxFrequency = tree.maxFrequency;
    this.sharedSequence = sharedSequence;
    // The newest is remembered before the oldest are let go.
    const most = capacity + 1;
    this.past = new PastEvents(most);
    this.logTests = new LogTests(this.past, most);
    this.queues = new Queues(this.past);
  }

  /** Events remembered after this sequence, oldest first. */
  rememberedAfter(sequence: number): PastEvent[] {
    const { past } = this;
    let age = past.size;
    while (age > 0 && past.sequence(past.placeOf(age - 1)) > sequence) age--;
    const found: PastEvent[] = [];
    for (; age < past.size; age++) {
      const event = past.read(past.placeOf(age));
      if (event !== undefined) found.push(event);
    }
    return found;
  }

  /** The place of an event: index 0 is the newest of all. -1 where there is none. */
  newest(index: number): number {
    const age = this.past.size - 1 - index;
    return age < 0 ? -1 : this.past.placeOf(age);
  }

  /** The sequence of the newest event that was ever remembered. */
  get newestSequence(): number {
    return this.lastSequence;
  }

  get oldestSequence(): number {
    const { past } = this;
    return past.size === 0 ? this.lastSequence + 1 : past.sequence(past.placeOf(0));
  }

  remember(event: Event, rule: Rule): void {
    const sequence = this.sharedSequence === undefined ? this.lastSequence + 1 : this.sharedSequence();
    this.append(event, rule, sequence, this.keptOf(rule));
    if (this.past.size > this.capacity) this.makeRoom(event.second);
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

  /** Puts an event of an earlier run back; oldest first. Of more than there is room for the newest stay. */
  restore(event: PastEvent): void {
    if (this.past.size >= this.capacity) this.dropOldest();
    this.append(event, event.rule, event.sequence, 'all');
  }

  /** The next sequence is greater than this. */
  restoreSequence(sequence: number): void {
    this.lastSequence = Math.max(this.lastSequence, sequence);
  }

  private append(event: ComparedEvent, rule: Rule, sequence: number, kept: Kept): void {
    this.lastSequence = Math.max(this.lastSequence, sequence);
    const place = this.past.add(event, rule, sequence, kept);
    while (this.past.weight > mostBytes && this.past.size > 1) this.dropOldest();
    this.logTests.forget(place);
    if (rule.ownList >= 0) this.addToList(rule.ownList, event, place);
    else for (const list of rule.groupLists) this.addToList(list, event, place);
  }

  private addToList(list: number, event: ComparedEvent, place: number): void {
    for (const division of this.lists[list] ?? []) this.queues.add(division, event, place);
  }

  /** The queue of the events that share with this one what this division demands; -1 where there are none, or the event lacks a field of it. */
  queueFor(event: ComparedEvent, list: number, index: number): number {
    const division = this.lists[list]?.[index];
    return division === undefined ? -1 : this.queues.find(division, event);
  }

  /** Frees the oldest events, and further those too old for any frequency to count them. */
  private makeRoom(now: number): void {
    const { past } = this;
    for (let dropped = 0; past.size > 0; dropped++) {
      if (dropped >= droppedAtOnce && now - past.second(past.placeOf(0)) <= this.maxFrequency) break;
      this.dropOldest();
    }
  }

  private dropOldest(): void {
    this.queues.release(this.past.placeOf(0));
    this.past.releaseOldest();
  }

  /** The event counts no more for rules of this level and lower. */
  useUp(place: number, level: number): void {
    this.past.setMatched(place, level);
    this.usedUp.set(this.past.sequence(place), level);
  }

  /** Sequence and level of the events used up since the last call. */
  takeUsedUp(): readonly (readonly [number, number])[] {
    const all = [...this.usedUp];
    this.usedUp = new Map();
    return all;
  }
}
