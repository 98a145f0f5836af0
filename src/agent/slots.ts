// How many scripts run at once: so many of one executable, so many in all.
import type { Release } from './locks.ts';

class Slots {
  private taken = 0;
  private count: number;
  private readonly waiting: (() => void)[] = [];

  constructor(count: number) {
    this.count = count;
  }

  acquire(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.giveOut();
    });
  }

  release(): void {
    this.taken -= 1;
    this.giveOut();
  }

  /** Fewer than are taken: none is given out until enough have come back. */
  resize(count: number): void {
    this.count = count;
    this.giveOut();
  }

  private giveOut(): void {
    while (this.taken < this.count) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.taken += 1;
      next();
    }
  }
}

/** A slot of the executable comes first: what waits behind a hanging script holds no place in the whole. */
export class RunSlots {
  private readonly all: Slots;
  private perExecutable: number;
  private readonly byExecutable = new Map<string, Slots>();

  constructor(perExecutable: number, inAll: number) {
    this.perExecutable = perExecutable;
    this.all = new Slots(inAll);
  }

  async acquire(executable: string): Promise<Release> {
    let own = this.byExecutable.get(executable);
    if (own === undefined) {
      own = new Slots(this.perExecutable);
      this.byExecutable.set(executable, own);
    }
    await own.acquire();
    await this.all.acquire();
    return () => {
      this.all.release();
      own.release();
    };
  }

  resize(perExecutable: number, inAll: number): void {
    this.perExecutable = perExecutable;
    this.all.resize(inAll);
    for (const own of this.byExecutable.values()) own.resize(perExecutable);
  }
}
