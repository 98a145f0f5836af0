// Collects what is wrong with decoder and rule files while they are read.
import type { Position, Problem } from '../config/position.ts';

export class Report {
  readonly problems: Problem[] = [];
  private errors = 0;

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
