// Where something stands in a file, and what is wrong there.

/** A place in a file. Lines and columns start at 1; a column counts characters. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Problem {
  /** An error keeps the configuration from being used; a warning is told and does not. */
  readonly severity: 'error' | 'warning';
  readonly position: Position;
  /** What is wrong, naming the value, and what would be right. One sentence or two, without the position. */
  readonly message: string;
}

/** `file:line:column: message`, the form that editors jump to. */
export function formatProblem(problem: Problem): string {
  const { file, line, column } = problem.position;
  const label = problem.severity === 'warning' ? 'warning: ' : '';
  return `${file}:${line}:${column}: ${label}${problem.message}`;
}
