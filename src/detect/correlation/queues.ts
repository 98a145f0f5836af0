// Queues of remembered events that share what a rule demands: found by hash, newest first, oldest let go. Blocks of numbers, as in past-events.ts.
import type { ComparedEvent } from './compared-event.ts';
import type { Division } from './division.ts';
import type { PastEvents } from './past-events.ts';

const none = -1;
const firstLength = 1024;
/** Of a member: the place of its event, its queue, the member before it there. */
const memberWidth = 3;
const placeAt = 0;
const queueAt = 1;
const beforeAt = 2;
/** Of a queue: its newest member, how many it has, what it is found by, the next queue of the same bucket or, of an unused one, the next unused. */
const queueWidth = 5;
const newestAt = 0;
const sizeAt = 1;
const hashAt = 2;
const divisionAt = 3;
const nextAt = 4;

/** A queue is spoken of by its number, which is its own while it has members; so is a member. */
export class Queues {
  private readonly past: PastEvents;
  /** Members, in the order of their events. */
  private ring = new Int32Array(firstLength * memberWidth);
  private oldestMember = 0;
  private memberCount = 0;
  private queues = new Int32Array(firstLength * queueWidth);
  private queueCount = 0;
  private unused = none;
  private buckets = new Int32Array(firstLength).fill(none);

  constructor(past: PastEvents) {
    this.past = past;
  }

  /** The queue of the events that share with this one what the division demands; -1 where there are none. */
  find(division: Division, event: ComparedEvent): number {
    const hash = division.hashOf(event);
    return hash === undefined ? none : this.findBy(hash, division, event);
  }

  size(queue: number): number {
    return this.queues[queue * queueWidth + sizeAt] ?? 0;
  }

  newest(queue: number): number {
    return this.queues[queue * queueWidth + newestAt] ?? 0;
  }

  before(member: number): number {
    return this.ring[member * memberWidth + beforeAt] ?? 0;
  }

  placeOf(member: number): number {
    return this.ring[member * memberWidth + placeAt] ?? 0;
  }

  /** Puts the newest event, which has this place, into its queue; into none where it lacks a field that must be shared. */
  add(division: Division, event: ComparedEvent, place: number): void {
    const hash = division.hashOf(event);
    if (hash === undefined) return;
    const found = this.findBy(hash, division, event);
    const queue = found === none ? this.create(hash, division) : found;
    if (this.memberCount * memberWidth === this.ring.length) this.growRing();
    const member = this.memberAt(this.memberCount);
    this.memberCount++;
    const at = member * memberWidth;
    this.ring[at + placeAt] = place;
    this.ring[at + queueAt] = queue;
    this.ring[at + beforeAt] = this.newest(queue);
    this.queues[queue * queueWidth + newestAt] = member;
    this.queues[queue * queueWidth + sizeAt] = this.size(queue) + 1;
  }

  /** Takes the oldest event, which has this place, out of all queues. */
  release(place: number): void {
    while (this.memberCount > 0 && this.placeOf(this.oldestMember) === place) {
      const queue = this.ring[this.oldestMember * memberWidth + queueAt] ?? 0;
      const size = this.size(queue) - 1;
      this.queues[queue * queueWidth + sizeAt] = size;
      if (size === 0) this.remove(queue);
      this.oldestMember = this.memberAt(1);
      this.memberCount--;
    }
  }

  private findBy(hash: number, division: Division, event: ComparedEvent): number {
    let queue = this.buckets[hash & (this.buckets.length - 1)] ?? none;
    while (queue !== none) {
      const at = queue * queueWidth;
      if (this.queues[at + hashAt] === hash && this.queues[at + divisionAt] === division.number) {
        if (division.isShared(event, this.past, this.placeOf(this.newest(queue)))) return queue;
      }
      queue = this.queues[at + nextAt] ?? none;
    }
    return none;
  }

  private create(hash: number, division: Division): number {
    if (this.unused === none && this.queueCount * queueWidth === this.queues.length) this.growQueues();
    const queue = this.unused === none ? this.queueCount : this.unused;
    if (this.unused === none) this.queueCount++;
    else this.unused = this.queues[queue * queueWidth + nextAt] ?? none;
    const at = queue * queueWidth;
    const bucket = hash & (this.buckets.length - 1);
    this.queues[at + newestAt] = none;
    this.queues[at + sizeAt] = 0;
    this.queues[at + hashAt] = hash;
    this.queues[at + divisionAt] = division.number;
    this.queues[at + nextAt] = this.buckets[bucket] ?? none;
    this.buckets[bucket] = queue;
    return queue;
  }

  private remove(queue: number): void {
    const at = queue * queueWidth;
    const next = this.queues[at + nextAt] ?? none;
    const bucket = (this.queues[at + hashAt] ?? 0) & (this.buckets.length - 1);
    let before = this.buckets[bucket] ?? none;
    if (before === queue) this.buckets[bucket] = next;
    else {
      while (this.queues[before * queueWidth + nextAt] !== queue)
        before = this.queues[before * queueWidth + nextAt] ?? 0;
      this.queues[before * queueWidth + nextAt] = next;
    }
    this.queues[at + nextAt] = this.unused;
    this.unused = queue;
  }

  private memberAt(age: number): number {
    const member = this.oldestMember + age;
    const most = this.ring.length / memberWidth;
    return member < most ? member : member - most;
  }

  /** The oldest member becomes number 0; every number that is kept somewhere follows. */
  private growRing(): void {
    const { ring: old, oldestMember: oldest } = this;
    const most = old.length / memberWidth;
    const next = new Int32Array(old.length * 2);
    next.set(old.subarray(oldest * memberWidth), 0);
    next.set(old.subarray(0, oldest * memberWidth), (most - oldest) * memberWidth);
    const renumbered = (member: number): number => (member >= oldest ? member - oldest : member - oldest + most);
    for (let at = beforeAt; at < old.length; at += memberWidth) next[at] = renumbered(next[at] ?? 0);
    for (let queue = 0; queue < this.queueCount; queue++) {
      this.queues[queue * queueWidth + newestAt] = renumbered(this.newest(queue));
    }
    this.ring = next;
    this.oldestMember = 0;
  }

  /** Called while every queue has members. */
  private growQueues(): void {
    const next = new Int32Array(this.queues.length * 2);
    next.set(this.queues);
    this.queues = next;
    this.buckets = new Int32Array(this.buckets.length * 2).fill(none);
    for (let queue = 0; queue < this.queueCount; queue++) {
      const at = queue * queueWidth;
      const bucket = (next[at + hashAt] ?? 0) & (this.buckets.length - 1);
      next[at + nextAt] = this.buckets[bucket] ?? none;
      this.buckets[bucket] = queue;
    }
  }
}
