// What a pattern asks of its subject before it begins: `^(?!.{960})` and the like are looked at by themselves, so that the rest, which has no lookaround
// any more, can be run by a quicker engine.
import { childrenOf, type Node } from './pcre2-ast.ts';

export interface Guard {
  /** Anchored at the beginning. */
  readonly root: Node;
  /** The pattern matches only where this does not. */
  readonly negative: boolean;
}

export interface GuardedPattern {
  readonly guards: readonly Guard[];
  /** What is left of the pattern. */
  readonly rest: Node;
}

/** Without guards, and with the whole pattern, where it does not begin with `^` and lookahead. */
export function splitGuards(root: Node): GuardedPattern {
  const whole = { guards: [], rest: root };
  if (root.type !== 'sequence') return whole;
  const [start, ...items] = root.items;
  if (start?.type !== 'assertion' || start.what !== 'start') return whole;
  const guards: Guard[] = [];
  for (const item of items) {
    if (item.type !== 'look' || item.behind || hasGroups(item.body)) break;
    guards.push({ root: { type: 'sequence', items: [start, item.body] }, negative: item.negative });
  }
  if (guards.length === 0) return whole;
  return { guards, rest: { type: 'sequence', items: [start, ...items.slice(guards.length)] } };
}

/** A group in it may be asked for by the rest, and the other way round. */
function hasGroups(node: Node): boolean {
  return node.type === 'capture' || node.type === 'backreference' || childrenOf(node).some(hasGroups);
}
