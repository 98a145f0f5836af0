// Where possessive repeats have been: a start inside the last run ends where that one ended.

export class LastRuns {
  private starts = new Int32Array(0);
  private ends = new Int32Array(0);

  clear(states: number): void {
    this.starts = new Int32Array(states).fill(-1);
    this.ends = new Int32Array(states);
  }

  /** The end of the run through `at`, or -1 where it is not known. */
  endOf(state: number, at: number): number {
    const start = this.starts[state] as number;
    const end = this.ends[state] as number;
    return start >= 0 && at >= start && at <= end ? end : -1;
  }

  note(state: number, start: number, end: number): void {
    this.starts[state] = start;
    this.ends[state] = end;
  }
}
