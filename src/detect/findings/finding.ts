// What is wrong with a ruleset: what its loader tells, and what follows from it as a whole.
import type { Position, Problem } from '../../config/position.ts';

export interface Finding extends Problem {
  /** Id of the rule that it is about. */
  readonly rule?: string;
}

export function warnAt(position: Position, message: string, rule?: string): Finding {
  return { severity: 'warning', position, message, ...(rule === undefined ? {} : { rule }) };
}
