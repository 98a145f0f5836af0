// Event × rule tree → the rule that fires. Depth first, the first sibling wins, no way back. // spec ruleset §7.2
import { correlate } from '../correlation/search.ts';
import type { Event } from '../event.ts';
import type { Rule } from './rule.ts';
import type { RuleState } from './state.ts';
import type { RuleNode, RuleTree } from './tree.ts';

export interface Match {
  readonly rule: Rule;
  /** The rule's immediate parent in the tree. */
  readonly parent: Rule | undefined;
}

export function evaluate(event: Event, tree: RuleTree, state: RuleState): Match | undefined {
  if (event.namedRule !== undefined) return findNamed(event.namedRule, tree, state);
  for (const node of tree.top) {
    if (node.rule.definition.category !== event.category) continue;
    const match = tryNode(event, node, undefined, state);
    if (match !== undefined) return match;
  }
  return undefined;
}

function tryNode(event: Event, node: RuleNode, parent: Rule | undefined, state: RuleState): Match | undefined {
  const { rule } = node;
  if (!holds(event, rule, state)) return undefined;
  const { nodes, index } = node.childrenFor(event.decoder?.id ?? 0, event.programName);
  index?.scan(event);
  for (let at = 0; at < nodes.length; at++) {
    const child = nodes[at];
    if (child === undefined || index?.mayHold(at) === false) continue;
    const match = tryNode(event, child, rule, state);
    if (match !== undefined) return match;
  }
  if (rule.definition.noAlert) return undefined;
  countFiring(rule, state);
  return { rule, parent };
}

/** A forwarded alert names its rule; no condition is asked. // spec ruleset §5.6 */
function findNamed(id: number, tree: RuleTree, state: RuleState): Match | undefined {
  const rule = tree.findRule(id);
  if (rule === undefined) return undefined;
  countFiring(rule, state);
  return { rule, parent: undefined };
}

function countFiring(rule: Rule, state: RuleState): void {
  const { index } = rule;
  const { shared } = state;
  state.firedTimes[index] = shared === undefined ? (state.firedTimes[index] ?? 0) + 1 : shared.count(index);
  state.changedRules.add(index);
}

function holds(event: Event, rule: Rule, state: RuleState): boolean {
  const { conditions, decodedAs } = rule.definition;
  if (decodedAs !== undefined && decodedAs !== event.decoder?.id) return false;
  for (let index = 0; index < conditions.length; index++) {
    if (conditions[index]?.holds(event, state, rule) === false) return false;
  }
  return rule.source === undefined || correlate(event, rule, rule.source, state.memory);
}
