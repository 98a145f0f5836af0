// A queue of remembered events that share what a rule demands: newest at the end, oldest let go at the front.
import type { PastEvent } from './past-event.ts';

const compactAt = 32;

export class Entries {
  /** Where it is found, by its key: to be taken out when it is empty. */
  private readonly home: Map<string, Entries>;
  private readonly key: string;
  private items: PastEvent[];
  private head = 0;

  constructor(home: Map<string, Entries>, key: string, first: PastEvent) {
    this.home = home;
    this.key = key;
    // Most never get a second event: an array made so has room for one, a pushed one for seventeen.
    this.items = [first];
  }

  get size(): number {
    return this.items.length - this.head;
  }

  push(event: PastEvent): void {
    this.items.push(event);
  }

  /** Index 0 is the newest. */
  newest(index: number): PastEvent | undefined {
    const at = this.items.length - 1 - index;
    return at < this.head ? undefined : this.items[at];
  }

  /** Lets go of entries up to and including this sequence. */
  dropThrough(sequence: number): void {
    for (let first = this.items[this.head]; first !== undefined && first.sequence <= sequence; ) {
      this.head++;
      first = this.items[this.head];
    }
    if (this.head === this.items.length) this.home.delete(this.key);
    else if (this.head >= compactAt && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }
}
