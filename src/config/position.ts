// Where something stands in a file, and what is wrong there.

/** A place in a file. Lines and columns start at 1; a column counts characters. Line 0: not a file but what `file` names. */
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

/** For what stands in no file: a variable, a flag. */
export function positionOutsideFiles(name: string): Position {
  return { file: name, line: 0, column: 0 };
}

/** `file:line:column: message`, the form that editors jump to; `--max-running: message` for what stands in no file. */
export function formatProblem(problem: Problem): string {
  const { file, line, column } = problem.position;
  const label = problem.severity === 'warning' ? 'warning: ' : '';
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return `${place}: ${label}${problem.message}`;
}
