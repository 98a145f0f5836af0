// Counters, ignore windows and the numbers of events where several engines of one ruleset run side by side, each in a thread of its own.

/** What all of them share; arrays are by rule index. */
export interface SharedMemory {
  /** Int32: times fired. */
  readonly fired: SharedArrayBuffer;
  /** Uint32: second since 1970 at which the ignore window opened; 0: none. */
  readonly ignored: SharedArrayBuffer;
  /** Int32: start of the local hour that the counters belong to, minutes since 1970; 0: none yet. */
  readonly hour: SharedArrayBuffer;
  /** BigInt64: the newest sequence of a remembered event. */
  readonly sequence: SharedArrayBuffer;
}

/** What one engine has added for the batch that it works on: to be taken back where its thread dies before it has answered. */
export interface OwnMemory {
  /** Int32 by rule index: times fired. */
  readonly fired: SharedArrayBuffer;
  /** Uint32 by rule index: second at which it has opened an ignore window; 0: it has not. */
  readonly ignored: SharedArrayBuffer;
  /** Int32: number of the batch. */
  readonly batch: SharedArrayBuffer;
}

/** What the counters begin with. */
export interface CountsBefore {
  readonly fired: (index: number) => number;
  readonly ignored: (index: number) => number;
  /** Ms since 1970. */
  readonly hourStart: number | null;
  readonly newestSequence: number;
}

const minuteMs = 60_000;
const bytesEach = 4;

export function createSharedMemory(rules: number): SharedMemory {
  return {
    fired: new SharedArrayBuffer(rules * bytesEach),
    ignored: new SharedArrayBuffer(rules * bytesEach),
    hour: new SharedArrayBuffer(bytesEach),
    sequence: new SharedArrayBuffer(2 * bytesEach),
  };
}

export function createOwnMemory(rules: number): OwnMemory {
  return {
    fired: new SharedArrayBuffer(rules * bytesEach),
    ignored: new SharedArrayBuffer(rules * bytesEach),
    batch: new SharedArrayBuffer(bytesEach),
  };
}

/** While no engine runs on it. */
export function fillSharedMemory(shared: SharedMemory, before: CountsBefore): void {
  const fired = new Int32Array(shared.fired);
  const ignored = new Uint32Array(shared.ignored);
  for (let index = 0; index < fired.length; index++) {
    fired[index] = before.fired(index);
    ignored[index] = before.ignored(index);
  }
  new Int32Array(shared.hour)[0] = (before.hourStart ?? 0) / minuteMs;
  new BigInt64Array(shared.sequence)[0] = BigInt(before.newestSequence);
}

/**
 * Takes back what an engine that is gone has added for a batch that will be analysed again, and empties its own memory for the next one.
 * `ignoredBefore`: what is known of the windows otherwise.
 */
export function takeBack(
  shared: SharedMemory,
  own: OwnMemory,
  batch: number | undefined,
  ignoredBefore: (index: number) => number,
): void {
  const ownFired = new Int32Array(own.fired);
  const ownIgnored = new Uint32Array(own.ignored);
  if (new Int32Array(own.batch)[0] === batch) {
    const fired = new Int32Array(shared.fired);
    const ignored = new Uint32Array(shared.ignored);
    for (const [index, times] of ownFired.entries()) if (times !== 0) Atomics.sub(fired, index, times);
    for (const [index, second] of ownIgnored.entries()) {
      if (second !== 0) Atomics.compareExchange(ignored, index, second, ignoredBefore(index));
    }
  }
  ownFired.fill(0);
  ownIgnored.fill(0);
}

/** One engine's hand on them. */
export class SharedCounts {
  private readonly fired: Int32Array;
  private readonly ignored: Uint32Array;
  private readonly hour: Int32Array;
  private readonly sequence: BigInt64Array;
  private readonly ownFired: Int32Array;
  private readonly ownIgnored: Uint32Array;
  private readonly batch: Int32Array;
  /** Indexes at which the own arrays are not 0. */
  private touched: number[] = [];

  constructor(shared: SharedMemory, own: OwnMemory) {
    this.fired = new Int32Array(shared.fired);
    this.ignored = new Uint32Array(shared.ignored);
    this.hour = new Int32Array(shared.hour);
    this.sequence = new BigInt64Array(shared.sequence);
    this.ownFired = new Int32Array(own.fired);
    this.ownIgnored = new Uint32Array(own.ignored);
    this.batch = new Int32Array(own.batch);
  }

  /** What was added for the batch before can no longer be taken back. */
  beginBatch(number: number): void {
    this.forgetOwn();
    Atomics.store(this.batch, 0, number);
  }

  /** Counts one firing, and returns how many there are in all threads. */
  count(index: number): number {
    if (this.ownFired[index] === 0) this.touched.push(index);
    this.ownFired[index] = (this.ownFired[index] ?? 0) + 1;
    return Atomics.add(this.fired, index, 1) + 1;
  }

  /** Firings counted here for this batch. */
  countedHere(index: number): number {
    return this.ownFired[index] ?? 0;
  }

  /** Second since 1970 at which a window was opened here for this batch; 0: none was. */
  openedHere(index: number): number {
    return this.ownIgnored[index] ?? 0;
  }

  /** Whether the rule is inside its ignore window; opens one where it is not, in one thread alone. // spec ruleset §7.3 */
  isIgnored(index: number, second: number, seconds: number): boolean {
    for (;;) {
      const since = Atomics.load(this.ignored, index);
      if (since !== 0 && second - since < seconds) return true;
      if (Atomics.compareExchange(this.ignored, index, since, second) !== since) continue;
      this.touched.push(index);
      this.ownIgnored[index] = second;
      return false;
    }
  }

  /** The first that comes to a later hour sets all counters to 0. // spec ruleset §7.2 */
  enterHour(startMs: number): void {
    const start = startMs / minuteMs;
    const before = Atomics.load(this.hour, 0);
    if (start <= before || Atomics.compareExchange(this.hour, 0, before, start) !== before) return;
    if (before !== 0) for (let index = 0; index < this.fired.length; index++) Atomics.store(this.fired, index, 0);
    this.ownFired.fill(0);
  }

  /** Of the next remembered event: greater than all that were given to anybody. */
  nextSequence(): number {
    return Number(Atomics.add(this.sequence, 0, 1n)) + 1;
  }

  private forgetOwn(): void {
    for (const index of this.touched) {
      this.ownFired[index] = 0;
      this.ownIgnored[index] = 0;
    }
    this.touched = [];
  }
}
