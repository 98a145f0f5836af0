// What is remembered of an event: as little as later rules can ask for, since thousands are kept.
import { FieldList } from '../field-names.ts';
import { staticFields } from '../fields.ts';
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
  readonly hasDynamic: boolean;
  /** Highest level of a composite that used this event up. // spec ruleset §8.3 */
  readonly matched: number;
}

const nowhere: readonly Entries[] = [];
const noTexts: readonly string[] = [];
const noStatics: readonly undefined[] = staticFields.map(() => undefined);

/**
 * What of an event the rules can ask for that look back on it: nothing but its time where none does, and dynamic fields and the log without its
 * header only where one compares them.
 */
export type Kept = 'nothing' | 'usual' | 'all';

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
  readonly hasDynamic: boolean;
  matched: number;
  /** The queues it stands in. */
  entries: readonly Entries[] = nowhere;

  constructor(event: ComparedEvent, rule: Rule, sequence: number, kept: Kept = 'all') {
    const isKept = kept !== 'nothing';
    const isWhole = kept === 'all';
    this.sequence = sequence;
    this.rule = rule;
    this.agentId = isKept ? event.agentId : '';
    this.location = isKept ? event.location : '';
    this.category = isKept ? event.category : '';
    this.second = event.second;
    this.fullLog = isKept ? event.fullLog : '';
    this.log = isWhole ? event.log : '';
    this.statics = isKept ? event.statics : noStatics;
    this.fields = isWhole ? event.fields : FieldList.empty();
    this.dynamicValues = isWhole ? event.dynamicValues : noTexts;
    this.hasDynamic = isKept && event.hasDynamic;
    this.matched = event.matched;
  }
}

/** The value of a dynamic field; the first of equal names. */
export function dynamicOf(event: ComparedEvent, folded: string): string | undefined {
  const index = event.fields.find(folded);
  return index < 0 ? undefined : event.dynamicValues[index];
}
