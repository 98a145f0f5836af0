// Event × rule tree → the rule that fires, as in evaluate.ts, and every rule that was tried on the way: why it held, or on what it failed.
// Nothing is left out to save time here, so that it also shows that what evaluate.ts leaves out could not have fired.
import { correlate } from '../correlation/search.ts';
import type { Event } from '../event.ts';
import type { Match } from './evaluate.ts';
import type { Condition, Rule } from './rule.ts';
import type { RuleState } from './state.ts';
import type { RuleNode, RuleTree } from './tree.ts';

/** What a rule did not hold for. Texts are latin1. */
export interface Failure {
  /** `match`, `field "win.system.eventID"`, `decoded_as`, `if_matched_sid` … */
  readonly option: string;
  readonly wanted: string;
  /** What the event has instead; undefined where it has nothing of the kind. */
  readonly found: string | undefined;
}

export interface TraceStep {
  readonly rule: Rule;
  /** 0 for the templates of the categories. */
  readonly depth: number;
  /** Undefined where all its conditions held. */
  readonly failure: Failure | undefined;
  readonly hasChildren: boolean;
  /** All held, and yet it does not fire: `noalert`, or a child that fired instead. */
  readonly passedOver: 'no' | 'noalert' | 'child';
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Walk {
  readonly event: Event;
  readonly state: RuleState;
  readonly steps: TraceStep[];
}

/** Adds to `steps`, in the order in which the rules are tried. */
export function traceRules(event: Event, tree: RuleTree, state: RuleState, steps: TraceStep[]): Match | undefined {
  const walk: Walk = { event, state, steps };
  for (const node of tree.top) {
    if (node.rule.definition.category !== event.category) continue;
    const match = tryNode(walk, node, undefined, 0);
    if (match !== undefined) return match;
  }
  return undefined;
}

function tryNode(walk: Walk, node: RuleNode, parent: Rule | undefined, depth: number): Match | undefined {
  const { rule, children } = node;
  const failure = findFailure(walk, rule);
  const step: Writable<TraceStep> = { rule, depth, failure, hasChildren: children.length > 0, passedOver: 'no' };
  walk.steps.push(step);
  if (failure !== undefined) return undefined;
  for (const child of children) {
    const match = tryNode(walk, child, rule, depth + 1);
    if (match === undefined) continue;
    step.passedOver = 'child';
    return match;
  }
  if (rule.definition.noAlert) {
    step.passedOver = 'noalert';
    return undefined;
  }
  const { firedTimes, changedRules } = walk.state;
  firedTimes[rule.index] = (firedTimes[rule.index] ?? 0) + 1;
  changedRules.add(rule.index);
  return { rule, parent };
}

function findFailure({ event, state }: Walk, rule: Rule): Failure | undefined {
  const { conditions, decodedAs, decodedAsName } = rule.definition;
  if (decodedAs !== undefined && decodedAs !== event.decoder?.id) {
    return { option: 'decoded_as', wanted: decodedAsName ?? '', found: event.decoder?.name };
  }
  for (const condition of conditions) {
    if (!condition.holds(event, state, rule)) return describe(condition, event);
  }
  if (rule.source === undefined || correlate(event, rule, rule.source, state.memory)) return undefined;
  return describeCorrelation(event, rule, state);
}

function describe({ shown }: Condition, event: Event): Failure {
  return { option: shown.option, wanted: shown.wanted, found: shown.read?.(event) };
}

function describeCorrelation(event: Event, { definition, source }: Rule, { memory }: RuleState): Failure {
  const { parents, frequency, timeframe } = definition;
  const option =
    parents.matchedSid !== undefined
      ? `if_matched_sid ${parents.matchedSid}`
      : parents.matchedGroup !== undefined
        ? `if_matched_group ${parents.matchedGroup}`
        : `if_matched_regex ${parents.matchedRegex ?? ''}`;
  const queue = source?.kind === 'list' ? memory.queueFor(event, source.list, source.index) : undefined;
  const found = queue === undefined ? undefined : String(queue < 0 ? 0 : memory.queues.size(queue));
  return { option, wanted: `${frequency + 1} earlier events in ${timeframe} s`, found };
}
