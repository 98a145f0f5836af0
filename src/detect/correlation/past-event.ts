// What is remembered of an event: as little as later rules can ask for, since thousands are kept.
import type { FieldList } from '../field-names.ts';
import type { Rule } from '../rules/rule.ts';
import type { Entries } from './entries.ts';

/** The fields that correlation compares, of an event under analysis or a remembered one. */
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
  /** Highest level of a composite that used this event up. // spec ruleset §8.3 */
  readonly matched: number;
}

const nowhere: readonly Entries[] = [];

export class PastEvent implements ComparedEvent {
  /** Position in the order of remembered events, from 1 on. */
  readonly sequence: number;
  /** The rule that fired on it. */
  readonly rule: Rule;
  readonly agentId: string;
  readonly location: string;
  readonly category: string;
  readonly second: number;
  readonly fullLog: string;
  readonly log: string;
  readonly statics: readonly (string | undefined)[];
  readonly fields: FieldList;
  readonly dynamicValues: readonly string[];
  matched: number;
  /** The queues it stands in. */
  entries: readonly Entries[] = nowhere;

  constructor(event: ComparedEvent, rule: Rule, sequence: number) {
    this.sequence = sequence;
    this.rule = rule;
    this.agentId = event.agentId;
    this.location = event.location;
    this.category = event.category;
    this.second = event.second;
    this.fullLog = event.fullLog;
    this.log = event.log;
    this.statics = event.statics;
    this.fields = event.fields;
    this.dynamicValues = event.dynamicValues;
    this.matched = event.matched;
  }
}

/** The value of a dynamic field; the first of equal names. */
export function dynamicOf(event: ComparedEvent, folded: string): string | undefined {
  const index = event.fields.find(folded);
  return index < 0 ? undefined : event.dynamicValues[index];
}
