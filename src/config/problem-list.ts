// Collects the problems of one file, so that all of them are told at once.
import type { Position, Problem } from './position.ts';

export class ProblemList {
  readonly #problems: Problem[] = [];

  addError(position: Position, message: string): void {
    this.#problems.push({ severity: 'error', position, message });
  }

  addWarning(position: Position, message: string): void {
    this.#problems.push({ severity: 'warning', position, message });
  }

  addAll(problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  get errorCount(): number {
    return this.#problems.filter((problem) => problem.severity === 'error').length;
  }

  get hasErrors(): boolean {
    return this.errorCount > 0;
  }

  /** In file order; problems of one place keep the order in which they were found. */
  sorted(): readonly Problem[] {
    return [...this.#problems].sort((a, b) => comparePositions(a.position, b.position));
  }
}

function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}
