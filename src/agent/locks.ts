// One thing at a time for each name; others wait their turn in order.

export type Release = () => void;

export class Locks {
  private readonly queues = new Map<string, (() => void)[]>();

  /** Resolves when it is this caller's turn. Calling the release more than once does nothing. */
  acquire(name: string): Promise<Release> {
    const waiting = this.queues.get(name);
    if (waiting === undefined) {
      this.queues.set(name, []);
      return Promise.resolve(this.release(name));
    }
    return new Promise((resolve) => {
      waiting.push(() => resolve(this.release(name)));
    });
  }

  isHeld(name: string): boolean {
    return this.queues.has(name);
  }

  private release(name: string): Release {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.queues.get(name)?.shift();
      if (next === undefined) this.queues.delete(name);
      else next();
    };
  }
}
