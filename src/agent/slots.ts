// How many scripts run at once: so many of one executable, so many in all.
import type { Release } from './locks.ts';

class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(count: number) {
    this.free = count;
  }

  acquire(): Promise<void> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }

  release(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}

/** A slot of the executable comes first: what waits behind a hanging script holds no place in the whole. */
export class RunSlots {
  private readonly all: Slots;
  private readonly perExecutable: number;
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
}
