// How many steps a backtracking engine can need at worst: an upper bound, by the shape of the pattern.
import type { ByteSet, Node } from './pcre2-ast.ts';

interface Growth {
  /** Most steps of one attempt to match the node at one place. */
  readonly steps: number;
  /** Most different ways in which the node can match there. */
  readonly ways: number;
}

/** Lengths that are looked at, each twice the one before. */
const shortest = 16;
const longest = 1 << 26;

/**
 * The longest subject (a power of two, in bytes) on which the pattern needs no more than `steps` steps, whatever the text is.
 * 0 where even a short one can need more.
 */
export function safeLength(root: Node, steps: number): number {
  let safe = 0;
  for (let length = shortest; length <= longest; length *= 2) {
    const starts = isAnchored(root) ? 1 : length + 1;
    if (!(starts * growthOf(root, length).steps <= steps)) break;
    safe = length;
  }
  return safe;
}

/** Whether every match begins at the beginning of the subject. */
export function isAnchored(node: Node): boolean {
  switch (node.type) {
    case 'assertion':
      return node.what === 'start';
    case 'sequence': {
      const first = node.items.find(
        (item) => item.type !== 'look' && !(item.type === 'assertion' && !isAnchored(item)),
      );
      return first !== undefined && isAnchored(first);
    }
    case 'alternation':
      return node.options.every(isAnchored);
    case 'capture':
    case 'atomic':
      return isAnchored(node.body);
    default:
      return false;
  }
}

function growthOf(node: Node, length: number): Growth {
  switch (node.type) {
    case 'set':
    case 'assertion':
      return { steps: 1, ways: 1 };
    case 'backreference':
      return { steps: length, ways: 1 };
    case 'sequence':
      return ofSequence(node.items, length);
    case 'alternation':
      return ofAlternation(node.options, length);
    case 'capture':
      return growthOf(node.body, length);
    case 'atomic':
    case 'look':
      return { steps: growthOf(node.body, length).steps, ways: 1 };
    case 'repeat': {
      const { steps, ways } = ofRepeat(node, length);
      return { steps, ways: node.mode === 'possessive' ? 1 : ways };
    }
  }
}

function ofSequence(items: readonly Node[], length: number): Growth {
  let steps = 0;
  let ways = 1;
  for (const item of items) {
    const growth = growthOf(item, length);
    steps += ways * growth.steps;
    ways *= growth.ways;
  }
  return { steps, ways };
}

function ofAlternation(options: readonly Node[], length: number): Growth {
  const growths = options.map((option) => growthOf(option, length));
  const steps = growths.reduce((sum, growth) => sum + growth.steps, 0);
  const ways = growths.map((growth) => growth.ways);
  return { steps, ways: areExclusive(options) ? Math.max(...ways) : ways.reduce((sum, each) => sum + each, 0) };
}

/** No byte can begin more than one of them. */
function areExclusive(options: readonly Node[]): boolean {
  const taken = new Uint8Array(256);
  for (const option of options) {
    const first = firstBytes(option);
    if (first === undefined) return false;
    for (let byte = 0; byte < 256; byte++) {
      if (first[byte] !== 1) continue;
      if (taken[byte] === 1) return false;
      taken[byte] = 1;
    }
  }
  return true;
}

function ofRepeat({ body, min, max }: Node & { type: 'repeat' }, length: number): Growth {
  const inner = growthOf(body, length);
  const rounds = Math.min(max, length);
  if (inner.ways <= 1)
    return { steps: (rounds + 1) * inner.steps, ways: Math.max(rounds - Math.min(min, length), 0) + 1 };
  const ways = inner.ways ** rounds * 2;
  return { steps: ways * inner.steps, ways };
}

/** The bytes with which a match can begin; undefined where it can be empty, or where that is not known. */
export function firstBytes(node: Node): ByteSet | undefined {
  switch (node.type) {
    case 'set':
      return node.set;
    case 'capture':
    case 'atomic':
      return firstBytes(node.body);
    case 'repeat':
      return node.min > 0 ? firstBytes(node.body) : undefined;
    case 'sequence': {
      const first = node.items.find((item) => item.type !== 'look' && item.type !== 'assertion');
      return first === undefined ? undefined : firstBytes(first);
    }
    case 'alternation':
      return joined(node.options.map(firstBytes));
    default:
      return undefined;
  }
}

function joined(sets: readonly (ByteSet | undefined)[]): ByteSet | undefined {
  const all = new Uint8Array(256);
  for (const set of sets) {
    if (set === undefined) return undefined;
    for (let byte = 0; byte < 256; byte++) if (set[byte] === 1) all[byte] = 1;
  }
  return all;
}
