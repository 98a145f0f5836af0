// A test of a ruleset: lines, and what must, or must not, become of the last one.
import type { Position } from '../../config/position.ts';
import type { LogtestResult } from '../logtest-result.ts';
import type { TimedLine } from './session.ts';

export interface Sample {
  /** The rule that it is for; empty where no rule is to fire. */
  readonly rule: string;
  /** Whether the rule is to fire. */
  readonly fires: boolean;
  readonly lines: readonly TimedLine[];
  /** Undefined: as a log that sshd writes to. */
  readonly location: string | undefined;
  readonly position: Position;
  /** What is wrong with a result; undefined where it is as it must be. */
  readonly judge: (result: LogtestResult) => string | undefined;
}
