// Collects what is wrong with decoder and rule files while they are read.
import type { Position, Problem } from '../config/position.ts';
import { type PatternWatch, unwatched } from './patterns/pattern-watch.ts';

export class Report {
  readonly problems: Problem[] = [];
  /** Where the patterns that are read tell what they cost when they run. */
  readonly patternWatch: PatternWatch;
  private errors = 0;

  constructor(patternWatch: PatternWatch = unwatched) {
    this.patternWatch = patternWatch;
  }

  error(position: Position, message: string): void {
    this.errors++;
    this.problems.push({ severity: 'error', position, message });
  }

  warn(position: Position, message: string): void {
    this.problems.push({ severity: 'warning', position, message });
  }

  /** Counts an error that another reader has told. */
  noteError(): void {
    this.errors++;
  }

  get failed(): boolean {
    return this.errors > 0;
  }

  get errorCount(): number {
    return this.errors;
  }
}
