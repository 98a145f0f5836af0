// A queue of remembered events that share a key: newest at the end, oldest let go at the front.
import type { Event } from '../event.ts';

const compactAt = 32;

export class Entries {
  /** What its events have in common. */
  readonly text: string;
  private items: Event[];
  private head = 0;

  constructor(text: string, first: Event) {
    this.text = text;
    // Most never get a second event: an array made so has room for one, a pushed one for seventeen.
    this.items = [first];
  }

  get size(): number {
    return this.items.length - this.head;
  }

  push(event: Event): void {
    this.items.push(event);
  }

  /** Index 0 is the newest. */
  newest(index: number): Event | undefined {
    const at = this.items.length - 1 - index;
    return at < this.head ? undefined : this.items[at];
  }

  oldest(): Event | undefined {
    return this.items[this.head];
  }

  /** Lets go of entries up to and including this sequence. */
  dropThrough(sequence: number): void {
    for (let first = this.items[this.head]; first !== undefined && first.sequence <= sequence; ) {
      this.head++;
      first = this.items[this.head];
    }
    if (this.head >= compactAt && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }
}
