// Gathers what arrives in one tick, or while a batch is under way, so that the machine is asked once for many.
import { errorText } from '../alert/error-text.ts';
import type { Outcome } from '../respond/contract.ts';

interface Entry<Item, Value> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome<Value>) => void;
}

export class Batch<Item, Value> {
  private waiting: Entry<Item, Value>[] = [];
  private busy = false;
  private readonly work: (items: readonly Item[]) => Promise<readonly Outcome<Value>[]>;
  private readonly pause: (() => Promise<void>) | undefined;

  /**
   * `work` answers in the order of its items; where it rejects, every item of the batch failed. What comes while `pause` lasts goes into the batch that
   * follows it.
   */
  constructor(work: (items: readonly Item[]) => Promise<readonly Outcome<Value>[]>, pause?: () => Promise<void>) {
    this.work = work;
    this.pause = pause;
  }

  /** Never rejects. */
  add(item: Item): Promise<Outcome<Value>> {
    return new Promise((resolve) => {
      this.waiting.push({ item, resolve });
      if (this.busy) return;
      this.busy = true;
      queueMicrotask(() => void this.drain());
    });
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      if (this.pause !== undefined) await this.pause();
      const entries = this.waiting;
      this.waiting = [];
      const outcomes = await this.attempt(entries.map((entry) => entry.item));
      for (const [index, entry] of entries.entries()) {
        entry.resolve(outcomes[index] ?? { ok: false, error: 'no outcome was given' });
      }
    }
    this.busy = false;
  }

  private async attempt(items: readonly Item[]): Promise<readonly Outcome<Value>[]> {
    try {
      return await this.work(items);
    } catch (error) {
      const text = errorText(error);
      return items.map(() => ({ ok: false, error: text }));
    }
  }
}
