// Refuses what a native RegExp would match differently from PCRE2: never silently another meaning. // spec ruleset §4.4
import { notNewline } from './byte-sets.ts';
import { childrenOf, type Node, Pcre2Error } from './pcre2-ast.ts';
import { compiledSize, fixedLength, isNullable, topOptions } from './pcre2-lengths.ts';

/** Code units: PCRE2 with links of two bytes, as Debian and Wazuh build it. */
const largestPattern = 65_535;

/**
 * @param captures whether the caller reads what the groups captured
 * @throws Pcre2Error
 */
export function checkPcre2(root: Node, captures: boolean): void {
  if (compiledSize(root) > largestPattern)
    throw new Pcre2Error('the pattern is too large: PCRE2 writes repeated groups out, and takes 64 KiB at most');
  checkNode(root, captures || containsType(root, 'backreference'));
  if (containsType(root, 'backreference')) checkReferences(root, new Set());
  if (contains(root, isLineBreak)) checkLineBreaks(root);
}

function contains(node: Node, isSought: (node: Node) => boolean): boolean {
  return isSought(node) || childrenOf(node).some((child) => contains(child, isSought));
}

function containsType(root: Node, type: Node['type']): boolean {
  return contains(root, (node) => node.type === type);
}

function isLineBreak(node: Node): boolean {
  return node.type === 'atomic' && node.lineBreak === true;
}

/** PCRE2 takes `.` and `\\R`, or `\\R` and `\\s`, for exclusive, and does not go back into the first: but both match a `\\r`. */
function checkLineBreaks(root: Node): void {
  const varies = (node: Node): boolean => node.type === 'repeat' && node.min !== node.max && node.mode !== 'possessive';
  const body = (node: Node): Node | undefined => (node.type === 'repeat' ? node.body : undefined);
  const isDots = (node: Node): boolean => {
    const inner = body(node);
    return varies(node) && inner?.type === 'set' && inner.set === notNewline;
  };
  const isBreaks = (node: Node): boolean => {
    const inner = body(node);
    return varies(node) && inner !== undefined && isLineBreak(inner);
  };
  if (contains(root, isDots) || contains(root, isBreaks)) {
    throw new Pcre2Error(
      '\\R that repeats, or stands beside a repeated dot, is not supported; write (?>\\r\\n|\\n|\\r)',
    );
  }
}

/** Adds the groups that are set whenever the node has matched. */
function addDefinite(node: Node, groups: Set<number>): void {
  switch (node.type) {
    case 'sequence':
      for (const item of node.items) addDefinite(item, groups);
      return;
    case 'capture':
      groups.add(node.group);
      addDefinite(node.body, groups);
      return;
    case 'atomic':
      addDefinite(node.body, groups);
      return;
    case 'look':
      if (!node.negative) addDefinite(node.body, groups);
      return;
    case 'repeat':
      if (node.min > 0) addDefinite(node.body, groups);
      return;
    case 'alternation': {
      const [first, ...rest] = node.options.map(definiteGroups);
      for (const group of first ?? []) if (rest.every((others) => others.has(group))) groups.add(group);
    }
  }
}

function definiteGroups(node: Node): Set<number> {
  const groups = new Set<number>();
  addDefinite(node, groups);
  return groups;
}

function allGroups(node: Node, groups: number[] = []): number[] {
  if (node.type === 'capture') groups.push(node.group);
  for (const child of childrenOf(node)) allGroups(child, groups);
  return groups;
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

/** Bytes, as in PCRE2. */
const longestBehind = 65_535;

function checkLookbehind(body: Node): void {
  const options = topOptions(body);
  const lengths = options.map(fixedLength);
  if (lengths.some((length) => length === undefined || length > longestBehind)) {
    throw new Pcre2Error(
      'a lookbehind needs alternatives of fixed length (65535 at most), without groups that capture',
    );
  }
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
      addDefinite(item, set);
    }
    return;
  }
  for (const child of childrenOf(node)) checkReferences(child, new Set(set));
}
