// What logtest knows of one message: header, decoder, rule, and the alert that it would be.
import type { Alert, AlertRule, ArchivedAlert, RuleFacts } from '../alert/alert.ts';
import type { TraceStep } from './rules/trace.ts';

export interface LogtestResult {
  readonly predecoding: {
    readonly timestamp?: string;
    readonly hostname?: string;
    readonly program_name?: string;
  };
  readonly decoder: NonNullable<Alert['decoder']>;
  readonly fields: NonNullable<Alert['data']>;
  readonly rule: AlertRule | undefined;
  /** What a decision asks of the rule. */
  readonly facts: RuleFacts | undefined;
  /** The object an alert would be, also at level 0 and, then without `rule`, where none matched. */
  readonly output: ArchivedAlert;
  /** An alert would be written. */
  readonly alert: boolean;
  /** The rules that were tried, in order; only where that was asked for. */
  readonly trace?: readonly TraceStep[];
}
