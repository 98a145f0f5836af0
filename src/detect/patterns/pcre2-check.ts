// Refuses what a native RegExp would match differently from PCRE2: never silently another meaning. // spec ruleset §4.4
import { childrenOf, type Node, Pcre2Error } from './pcre2-ast.ts';

/**
 * @param captures whether the caller reads what the groups captured
 * @throws Pcre2Error
 */
export function checkPcre2(root: Node, captures: boolean): void {
  checkNode(root, captures || containsType(root, 'backreference'));
  checkReferences(root, new Set());
}

function containsType(node: Node, type: Node['type']): boolean {
  return node.type === type || childrenOf(node).some((child) => containsType(child, type));
}

/** Whether the node can match without consuming anything. */
function isNullable(node: Node): boolean {
  switch (node.type) {
    case 'set':
      return false;
    case 'sequence':
      return node.items.every(isNullable);
    case 'alternation':
      return node.options.some(isNullable);
    case 'repeat':
      return node.min === 0 || isNullable(node.body);
    case 'capture':
    case 'atomic':
      return isNullable(node.body);
    default:
      return true;
  }
}

/** The one length of everything that the node matches, or undefined. */
function fixedLength(node: Node): number | undefined {
  switch (node.type) {
    case 'set':
      return 1;
    case 'sequence':
      return sumOf(node.items.map(fixedLength));
    case 'alternation': {
      const lengths = new Set(node.options.map(fixedLength));
      return lengths.size === 1 ? [...lengths][0] : undefined;
    }
    case 'repeat': {
      const length = fixedLength(node.body);
      return length === undefined || node.min !== node.max ? undefined : length * node.min;
    }
    case 'assertion':
      return 0;
    default:
      return undefined;
  }
}

function sumOf(lengths: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const length of lengths) {
    if (length === undefined) return undefined;
    sum += length;
  }
  return sum;
}

/** Groups that are set whenever the node has matched. */
function definiteGroups(node: Node): Set<number> {
  switch (node.type) {
    case 'sequence':
      return new Set(node.items.flatMap((item) => [...definiteGroups(item)]));
    case 'capture':
      return definiteGroups(node.body).add(node.group);
    case 'atomic':
      return definiteGroups(node.body);
    case 'look':
      return node.negative ? new Set() : definiteGroups(node.body);
    case 'repeat':
      return node.min > 0 ? definiteGroups(node.body) : new Set();
    case 'alternation': {
      const [first, ...rest] = node.options.map(definiteGroups);
      return new Set([...(first ?? [])].filter((group) => rest.every((groups) => groups.has(group))));
    }
    default:
      return new Set();
  }
}

function allGroups(node: Node): number[] {
  const inner = childrenOf(node).flatMap(allGroups);
  return node.type === 'capture' ? [node.group, ...inner] : inner;
}

function checkNode(node: Node, capturesMatter: boolean): void {
  if (node.type === 'repeat') checkRepeat(node, capturesMatter);
  if (node.type === 'look' && node.behind) checkLookbehind(node.body);
  for (const child of childrenOf(node)) checkNode(child, capturesMatter);
}

function checkRepeat(node: Node & { type: 'repeat' }, capturesMatter: boolean): void {
  const groups = allGroups(node.body);
  if (isNullable(node.body) && (node.max > 1 || (capturesMatter && groups.length > 0))) {
    throw new Pcre2Error('a repeated group that can match nothing is not supported');
  }
  if (!capturesMatter || node.max <= 1) return;
  const definite = definiteGroups(node.body);
  if (groups.some((group) => !definite.has(group))) {
    throw new Pcre2Error('a capture that only some rounds of a repeated group set is not supported');
  }
}

function checkLookbehind(body: Node): void {
  const options = topOptions(body);
  if (options.some((option) => fixedLength(option) === undefined)) {
    throw new Pcre2Error('a lookbehind needs alternatives of fixed length, without groups that capture');
  }
}

function topOptions(node: Node): readonly Node[] {
  if (node.type === 'alternation') return node.options;
  const only = node.type === 'sequence' && node.items.length === 1 ? node.items[0] : undefined;
  return only === undefined ? [node] : topOptions(only);
}

/**
 * A reference to a group that is not set fails in PCRE2 and matches nothing-at-all in a RegExp, so each must be certain.
 * `set` holds the groups that are certainly set before the node; the groups set after it are added.
 */
function checkReferences(node: Node, set: Set<number>): void {
  if (node.type === 'backreference' && !set.has(node.group)) {
    throw new Pcre2Error(`a reference to group ${node.group}, which may not be set there, is not supported`);
  }
  if (node.type === 'sequence') {
    for (const item of node.items) {
      checkReferences(item, set);
      for (const group of definiteGroups(item)) set.add(group);
    }
    return;
  }
  for (const child of childrenOf(node)) checkReferences(child, new Set(set));
}
