// The fields that correlation compares, of an event under analysis or a remembered one.
import type { FieldList } from '../field-names.ts';
import type { Rule } from '../rules/rule.ts';

export interface ComparedEvent {
  readonly agentId: string;
  readonly location: string;
  readonly category: string;
  /** Arrival, whole seconds. */
  readonly second: number;
  readonly fullLog: string;
  readonly log: string;
  /** By slot. */
  readonly statics: readonly (string | undefined)[];
  /** Names of the dynamic fields. */
  readonly fields: FieldList;
  readonly dynamicValues: readonly string[];
  readonly hasDynamic: boolean;
  /** Highest level of a composite that used this event up. // spec ruleset §8.3 */
  readonly matched: number;
}

/** One that is remembered, read back. */
export interface PastEvent extends ComparedEvent {
  /** Position in the order of remembered events, from 1 on. */
  readonly sequence: number;
  /** The rule that fired on it. */
  readonly rule: Rule;
}

/**
 * What of an event the rules can ask for that look back on it: nothing but its time where none does, and dynamic fields and the log without its
 * header only where one compares them.
 */
export type Kept = 'nothing' | 'usual' | 'all';

/** The value of a dynamic field; the first of equal names. `folded` is in lower case. */
export function dynamicOf(event: Pick<ComparedEvent, 'fields' | 'dynamicValues'>, folded: string): string | undefined {
  const index = event.fields.find(folded);
  return index < 0 ? undefined : event.dynamicValues[index];
}
