// What is to be done when: one timer, for the earliest, however many wait.
import type { Clock, Timer } from '../system/clock.ts';

interface Entry<Item> {
  /** Clock ticks, ms. */
  readonly at: number;
  /** Undefined: taken off, or put to another time. */
  item: Item | undefined;
}

/** Ms that sums of times may be off by. */
const rounding = 0.001;

export class Agenda<Item extends object> {
  private readonly clock: Pick<Clock, 'ticksMs' | 'after'>;
  private readonly act: (item: Item) => void;
  private readonly entries = new Map<Item, Entry<Item>>();
  /** A binary heap: the earliest is the first, no entry is earlier than the one at half its place. */
  private heap: Entry<Item>[] = [];
  private timer: { readonly at: number; readonly timer: Timer } | undefined;

  /** `act` is called for each item at its time, which takes it off. */
  constructor(clock: Pick<Clock, 'ticksMs' | 'after'>, act: (item: Item) => void) {
    this.clock = clock;
    this.act = act;
  }

  /** In `ms`; an earlier time of the same item is forgotten. */
  set(item: Item, ms: number): void {
    this.delete(item);
    const entry: Entry<Item> = { at: this.clock.ticksMs() + ms, item };
    this.entries.set(item, entry);
    this.heap.push(entry);
    this.rise(this.heap.length - 1);
    this.arm();
  }

  delete(item: Item): void {
    const entry = this.entries.get(item);
    if (entry === undefined) return;
    entry.item = undefined;
    this.entries.delete(item);
    // What was taken off stays in the heap until its time, or until it is most of it.
    if (this.heap.length > 2 * this.entries.size + 64) this.rebuild();
  }

  clear(): void {
    this.entries.clear();
    this.heap = [];
    this.arm();
  }

  private rebuild(): void {
    // Sorted is a heap too.
    this.heap = [...this.entries.values()].sort((a, b) => a.at - b.at);
    this.arm();
  }

  private arm(): void {
    const at = this.heap[0]?.at;
    if (this.timer?.at === at) return;
    this.timer?.timer.cancel();
    this.timer =
      at === undefined
        ? undefined
        : { at, timer: this.clock.after(Math.max(0, at - this.clock.ticksMs()), () => this.run()) };
  }

  private run(): void {
    this.timer = undefined;
    const now = this.clock.ticksMs() + rounding;
    for (let first = this.heap[0]; first !== undefined && first.at <= now; first = this.heap[0]) {
      this.dropFirst();
      if (first.item === undefined) continue;
      this.entries.delete(first.item);
      this.act(first.item);
    }
    this.arm();
  }

  private dropFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink(0);
  }

  private rise(from: number): void {
    for (let at = from; at > 0; ) {
      const above = (at - 1) >> 1;
      if (!this.isEarlier(at, above)) return;
      this.swap(at, above);
      at = above;
    }
  }

  private sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const below = this.isEarlier(left + 1, left) ? left + 1 : left;
      if (!this.isEarlier(below, at)) return;
      this.swap(at, below);
      at = below;
    }
  }

  private isEarlier(one: number, other: number): boolean {
    return (this.heap[one]?.at ?? Number.POSITIVE_INFINITY) < (this.heap[other]?.at ?? Number.POSITIVE_INFINITY);
  }

  private swap(one: number, other: number): void {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (a === undefined || b === undefined) return;
    this.heap[one] = b;
    this.heap[other] = a;
  }
}
