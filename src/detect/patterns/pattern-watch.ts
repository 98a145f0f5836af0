// What patterns may cost: a limit of steps for each run and each event, and the names of those that reach it.
import type { Position } from '../../config/position.ts';

/** Where a pattern was written, and what it belongs to: `rule 100100, <regex>`. */
export interface PatternOwner {
  readonly position: Position;
  readonly what: string;
}

export interface SlowPattern {
  readonly owner: PatternOwner | undefined;
  /** As it was written. */
  readonly source: string;
  /** `steps`: the run was given up and counts as no match. `time`: it ended, but took long. */
  readonly reason: 'steps' | 'time';
  /** Length of the text, bytes. */
  readonly length: number;
  /** How often that happened since it was last told, this time among them. */
  readonly times: number;
}

export interface PatternWatchOptions {
  /** Monotonic time in ms. Without it runs are not timed. */
  readonly now?: () => number;
  /** Is told of a pattern once an hour at most. */
  readonly onSlow?: (slow: SlowPattern) => void;
}

/** Steps that every run may take, by length: ordinary patterns need a few for each byte. */
const leastSteps = 20_000;
const stepsPerByte = 24;
/** Longer than any event of the original's. */
const longText = 65_536;
const stepsPerByteBeyond = 4;
/** Steps that the patterns of one event may take beyond that, all together: a tenth of a second or so. */
export const eventSteps = 3_000_000;
/** Runs on shorter texts cannot take long, and are not timed. */
export const timedLength = 4096;
export const slowMs = 50;
const silenceMs = 3_600_000;

interface Told {
  atMs: number;
  times: number;
}

/** What a pattern tells of itself. */
export interface Watched {
  readonly source: string;
  readonly owner: PatternOwner | undefined;
}

export class PatternWatch {
  private readonly options: PatternWatchOptions;
  private readonly told = new Map<Watched, Told>();
  private left = eventSteps;
  private inEvent = false;

  constructor(options: PatternWatchOptions = {}) {
    this.options = options;
  }

  /** To be called before each event: its patterns get their steps anew. */
  startEvent(): void {
    this.left = eventSteps;
    this.inEvent = true;
  }

  /** The limit of a run over a text of so many bytes. */
  stepsFor(length: number): number {
    return ownSteps(length) + this.left;
  }

  /** After a run that took more than its own share. */
  spend(steps: number, length: number): void {
    const beyond = steps - ownSteps(length);
    if (beyond > 0 && this.inEvent) this.left = Math.max(0, this.left - beyond);
  }

  /** Runs over texts of `timedLength` and more are timed. */
  get now(): (() => number) | undefined {
    return this.options.now;
  }

  tell(pattern: Watched, reason: SlowPattern['reason'], length: number): void {
    const { onSlow, now } = this.options;
    if (onSlow === undefined) return;
    const nowMs = now?.() ?? 0;
    let told = this.told.get(pattern);
    if (told === undefined) {
      told = { atMs: Number.NEGATIVE_INFINITY, times: 0 };
      this.told.set(pattern, told);
    }
    told.times++;
    if (nowMs - told.atMs < silenceMs) return;
    onSlow({ owner: pattern.owner, source: pattern.source, reason, length, times: told.times });
    told.atMs = nowMs;
    told.times = 0;
  }
}

function ownSteps(length: number): number {
  return leastSteps + stepsPerByte * Math.min(length, longText) + stepsPerByteBeyond * Math.max(0, length - longText);
}

/** For patterns outside of events: each run has the whole limit, and nobody is told. */
export const unwatched = new PatternWatch();

export interface CompileOptions {
  /** Captures are made only for a decoder's `regex`. */
  readonly captures: boolean;
  readonly watch?: PatternWatch;
  readonly owner?: PatternOwner;
}
