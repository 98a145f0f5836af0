// What the detection threads remember, as far as the batches go whose positions may be stored: one state, that of a single engine.
import type { StoredAccumulation } from '../../detect/decoders/accumulate.ts';
import type { CountsBefore } from '../../detect/shared-counts.ts';
import { bySequence, type DetectionSnapshot, type StoredEvent } from '../../detect/snapshot.ts';
import type { Route } from './route.ts';

/** Where a stored event has its agent, and the level that used it up. */
const agentAt = 3;
const matchedAt = 6;

function useUp(event: StoredEvent, level: number): StoredEvent {
  return event.with(matchedAt, level) as unknown as StoredEvent;
}

/** Sequences are given out over all threads: sorted by them, the events of all are as one engine could have seen them. */
export class Remembered {
  /** By thread, then by sequence: oldest first. */
  private queues: Map<number, StoredEvent>[];
  private newestSequence = 0;
  private hourStart: number | null = null;
  /** By rule id. */
  private readonly fired = new Map<string, number>();
  private readonly ignored = new Map<string, number>();
  private readonly firstSeen = new Set<string>();
  private readonly lastLogs = new Map<string, string>();
  /** By key, in the order of use. */
  private readonly accumulated = new Map<string, StoredAccumulation>();
  // Since the last call of changes().
  private added = new Map<number, StoredEvent>();
  private usedUp = new Map<number, number>();
  private readonly changedRules = new Set<string>();
  private addedSeen: string[] = [];
  private readonly changedLogs = new Set<string>();
  private readonly changedAccumulated = new Map<string, StoredAccumulation>();

  constructor(threads: number) {
    this.queues = Array.from({ length: threads }, () => new Map());
  }

  /** What the counters of rules in this order begin with. */
  counts(ruleIds: readonly string[]): CountsBefore {
    return {
      fired: (index) => this.firedTimes(ruleIds[index] ?? ''),
      ignored: (index) => this.ignoredSince(ruleIds[index] ?? ''),
      hourStart: this.hourStart,
      newestSequence: this.newestSequence,
    };
  }

  private firedTimes(ruleId: string): number {
    return this.fired.get(ruleId) ?? 0;
  }

  /** Second since 1970; 0: no window. */
  ignoredSince(ruleId: string): number {
    return this.ignored.get(ruleId) ?? 0;
  }

  /** Continues with what was stored, by however many threads. Once, at first. */
  restore(snapshot: DetectionSnapshot): void {
    const matched = new Map(snapshot.matched);
    const [queue] = this.queues;
    for (const event of [...snapshot.events].sort(bySequence)) {
      const [sequence] = event;
      const level = matched.get(sequence) ?? 0;
      if (sequence >= snapshot.oldestSequence)
        queue?.set(sequence, level > event[matchedAt] ? useUp(event, level) : event);
    }
    this.newestSequence = snapshot.newestSequence;
    this.hourStart = snapshot.hourStart;
    for (const [id, times] of Object.entries(snapshot.firedTimes)) this.fired.set(id, times);
    for (const [id, second] of Object.entries(snapshot.ignoredSince)) this.ignored.set(id, second);
    for (const line of snapshot.firstSeen) this.firstSeen.add(line);
    for (const [key, log] of Object.entries(snapshot.lastLogs)) this.lastLogs.set(key, log);
    for (const entry of snapshot.accumulated ?? []) this.accumulate(entry);
  }

  /** Gives each event to the thread that now judges its agent. */
  distribute(route: Route): void {
    const events = this.allEvents();
    this.queues = this.queues.map(() => new Map());
    for (const event of events) this.queues[route(event[agentAt])]?.set(event[0], event);
  }

  /** Takes over what a thread has told with an answer; its answers in their order. */
  apply(thread: number, changes: DetectionSnapshot): void {
    this.applyEvents(thread, changes);
    this.newestSequence = Math.max(this.newestSequence, changes.newestSequence);
    if (changes.hourStart !== null && changes.hourStart > (this.hourStart ?? 0)) this.enterHour(changes.hourStart);
    for (const [id, times] of Object.entries(changes.firedTimes)) {
      this.fired.set(id, this.firedTimes(id) + times);
      this.changedRules.add(id);
    }
    for (const [id, second] of Object.entries(changes.ignoredSince)) {
      this.ignored.set(id, Math.max(this.ignoredSince(id), second));
      this.changedRules.add(id);
    }
    for (const line of changes.firstSeen) {
      if (!this.firstSeen.has(line)) this.addedSeen.push(line);
      this.firstSeen.add(line);
    }
    this.forgetSeen();
    for (const [key, log] of Object.entries(changes.lastLogs)) {
      this.lastLogs.set(key, log);
      this.changedLogs.add(key);
    }
    for (const entry of changes.accumulated ?? []) {
      this.accumulate(entry);
      this.changedAccumulated.delete(entry[0]);
      this.changedAccumulated.set(entry[0], entry);
    }
  }

  private accumulate(entry: StoredAccumulation): void {
    const [key] = entry;
    this.accumulated.delete(key);
    this.accumulated.set(key, entry);
    for (const oldest of this.accumulated.keys()) {
      if (this.accumulated.size <= mostAccumulated) return;
      this.accumulated.delete(oldest);
      this.changedAccumulated.delete(oldest);
    }
  }

  private applyEvents(thread: number, { events, matched, oldestSequence }: DetectionSnapshot): void {
    const queue = this.queues[thread];
    if (queue === undefined) return;
    for (const event of events) {
      queue.set(event[0], event);
      this.added.set(event[0], event);
    }
    for (const [sequence, level] of matched) {
      const event = queue.get(sequence);
      if (event === undefined) continue;
      const changed = useUp(event, level);
      queue.set(sequence, changed);
      if (this.added.has(sequence)) this.added.set(sequence, changed);
      else this.usedUp.set(sequence, level);
    }
    for (const sequence of queue.keys()) {
      if (sequence >= oldestSequence) break;
      queue.delete(sequence);
      this.added.delete(sequence);
      this.usedUp.delete(sequence);
    }
  }

  /** All counters start anew. // spec ruleset §7.2 */
  private enterHour(startMs: number): void {
    if (this.hourStart !== null) {
      for (const id of this.fired.keys()) this.changedRules.add(id);
      for (const id of this.fired.keys()) this.fired.set(id, 0);
    }
    this.hourStart = startMs;
  }

  private forgetSeen(): void {
    for (const line of this.firstSeen) {
      if (this.firstSeen.size <= mostSeen) return;
      this.firstSeen.delete(line);
    }
  }

  /** What a thread that begins is given; its counters it shares. */
  ofThread(thread: number): DetectionSnapshot {
    const events = [...(this.queues[thread]?.values() ?? [])];
    const accumulated = [...this.accumulated.values()];
    return { ...this.describe(events, [], this.firstSeen, this.lastLogs.keys()), matched: [], accumulated };
  }

  changes(): DetectionSnapshot {
    const events = [...this.added.values()].sort(bySequence);
    const snapshot = this.describe(events, this.changedRules, this.addedSeen, this.changedLogs);
    const matched = [...this.usedUp];
    this.added = new Map();
    this.usedUp = new Map();
    this.changedRules.clear();
    this.addedSeen = [];
    this.changedLogs.clear();
    const accumulated = [...this.changedAccumulated.values()];
    this.changedAccumulated.clear();
    return { ...snapshot, matched, accumulated };
  }

  snapshot(): DetectionSnapshot {
    const rules = new Set([...this.fired.keys(), ...this.ignored.keys()]);
    const accumulated = [...this.accumulated.values()];
    return {
      ...this.describe(this.allEvents(), rules, this.firstSeen, this.lastLogs.keys()),
      matched: [],
      accumulated,
    };
  }

  private allEvents(): StoredEvent[] {
    return this.queues.flatMap((queue) => [...queue.values()]).sort(bySequence);
  }

  private describe(
    events: readonly StoredEvent[],
    rules: Iterable<string>,
    seen: Iterable<string>,
    logs: Iterable<string>,
  ): Omit<DetectionSnapshot, 'matched'> {
    const firedTimes: Record<string, number> = {};
    const ignoredSince: Record<string, number> = {};
    for (const id of rules) {
      firedTimes[id] = this.firedTimes(id);
      if (this.ignoredSince(id) !== 0) ignoredSince[id] = this.ignoredSince(id);
    }
    let oldestSequence = this.newestSequence + 1;
    for (const queue of this.queues)
      for (const sequence of firstOf(queue)) oldestSequence = Math.min(oldestSequence, sequence);
    return {
      oldestSequence,
      newestSequence: this.newestSequence,
      hourStart: this.hourStart,
      events,
      firedTimes,
      ignoredSince,
      firstSeen: [...seen],
      lastLogs: Object.fromEntries([...logs].map((key) => [key, this.lastLogs.get(key) ?? ''])),
    };
  }
}

/** As many as an engine keeps. */
const mostSeen = 100_000;
const mostAccumulated = 8192;

function firstOf(queue: ReadonlyMap<number, StoredEvent>): number[] {
  for (const sequence of queue.keys()) return [sequence];
  return [];
}
