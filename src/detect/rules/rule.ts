// What a rule is once read. Nothing in it changes while events are analysed. // spec ruleset §6
import type { AlertRule } from '../../alert/alert.ts';
import type { Position } from '../../config/position.ts';
import type { Event } from '../event.ts';
import type { Expression } from '../patterns/expression.ts';
import type { RuleState } from './state.ts';

/** A condition as it was written, for those who ask why it failed. Texts are latin1. */
export interface ShownCondition {
  /** `match`, `field "name"` … */
  readonly option: string;
  readonly wanted: string;
  /** What it looks at; absent where that is no text of the event. */
  readonly read?: ((event: Event) => string | undefined) | undefined;
}

export interface Condition {
  /** Place in the order of evaluation. // spec ruleset §6.2 */
  readonly rank: number;
  readonly holds: (event: Event, state: RuleState, rule: Rule) => boolean;
  readonly shown: ShownCondition;
  /** The dynamic field that it looks at, which must be there for this to hold, in lower case. */
  readonly field?: string;
  /** Folded texts of which the log, or the field, must contain one for this to hold. */
  readonly texts?: readonly string[] | undefined;
  /** Of a condition on the program's name alone: whether it holds for one. */
  readonly program?: (name: string | undefined) => boolean;
}

/** Where earlier events are looked for. // spec ruleset §8.1 */
export type CorrelationSource =
  | { readonly kind: 'list'; readonly list: number; readonly index: number }
  | { readonly kind: 'regex'; readonly expression: Expression }
  | { readonly kind: 'nothing' };

/** What a stored event and the current one must share. */
export interface CorrelationOptions {
  readonly globalFrequency: boolean;
  readonly sameSlots: readonly number[];
  readonly differentSlots: readonly number[];
  readonly sameLocation: boolean;
  readonly differentLocation: boolean;
  /** Folded names. */
  readonly sameDynamic: readonly string[];
  readonly differentDynamic: readonly string[];
}

export interface RuleDefinition {
  readonly id: number;
  readonly level: number;
  /** N - 2, 0 where absent. */
  readonly frequency: number;
  readonly timeframe: number;
  readonly ignoreSeconds: number;
  readonly noAlert: boolean;
  readonly sortsLast: boolean;
  readonly overwrite: boolean;
  readonly groupString: string;
  readonly description: DescriptionPart[];
  readonly rawDescription: string;
  readonly logged: boolean;
  readonly mail: boolean;
  readonly noActiveResponse: boolean;
  readonly noFullLog: boolean;
  readonly noCounter: boolean;
  readonly mitre: MitreReferences | undefined;
  /** Undefined: any decoder. */
  readonly decodedAs: number | undefined;
  readonly decodedAsName: string | undefined;
  readonly category: string;
  readonly conditions: readonly Condition[];
  readonly parents: ParentOptions;
  readonly correlation: CorrelationOptions;
  readonly position: Position;
  /** The members of an alert's `rule` that are the same in every alert. */
  readonly shown: ShownRule;
}

export interface ShownRule {
  readonly cve: string | undefined;
  readonly info: string | undefined;
  readonly groups: readonly string[];
  readonly compliance: Partial<AlertRule>;
}

export interface MitreReferences {
  readonly techniques: readonly string[];
  readonly pairs: readonly { readonly tactic: string; readonly technique: string }[];
}

export type DescriptionPart = string | { readonly field: string };

export interface ParentOptions {
  readonly sids: string | undefined;
  readonly level: number | undefined;
  readonly group: string | undefined;
  readonly matchedSid: string | undefined;
  readonly matchedGroup: string | undefined;
  readonly matchedRegex: string | undefined;
}

/** One rule, however many places it has in the tree. An overwrite replaces its definition. */
export class Rule {
  /** Position among all rules: index of its counters. */
  readonly index: number;
  readonly id: string;
  definition: RuleDefinition;
  source: CorrelationSource | undefined = undefined;
  /** The list of `if_matched_sid` rules that name this rule; -1 where there is none. */
  ownList = -1;
  /** Lists of groups, one entry for each place in the tree. */
  readonly groupLists: number[] = [];

  constructor(index: number, definition: RuleDefinition) {
    this.index = index;
    this.id = String(definition.id);
    this.definition = definition;
  }
}
