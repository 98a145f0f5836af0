// Repeated offenders: the ladder of growing timeouts, one place on it per key. // spec active-response §4

export interface Offence {
  readonly key: string;
  /** How often the key has been answered. */
  readonly count: number;
}

const keptKeys = 20_000;

export class Offenders {
  private readonly counts = new Map<string, number>();
  /** Of `<repeated_offenders>`. A place on the ladder is kept when the ladder changes. */
  minutes: readonly number[];

  constructor(minutes: readonly number[]) {
    this.minutes = minutes;
  }

  get enabled(): boolean {
    return this.minutes.length > 0;
  }

  /** Seconds for a key that has been answered `count` times, this time included. */
  seconds(count: number, timeoutSeconds: number): number {
    if (count <= 1) return timeoutSeconds;
    const minutes = this.minutes[Math.min(count - 2, this.minutes.length - 1)];
    return minutes === undefined ? timeoutSeconds : minutes * 60;
  }

  count(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  set(offence: Offence): void {
    // Deleted first, so that the order is that of the last offence and the oldest is forgotten.
    this.counts.delete(offence.key);
    this.counts.set(offence.key, offence.count);
    if (this.counts.size <= keptKeys) return;
    const oldest = this.counts.keys().next();
    if (!oldest.done) this.counts.delete(oldest.value);
  }

  all(): readonly Offence[] {
    return [...this.counts].map(([key, count]) => ({ key, count }));
  }
}
