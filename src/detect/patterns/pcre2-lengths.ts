// What can be said about the length of what a node matches.
import type { Node } from './pcre2-ast.ts';

/** The one length of everything that the node matches, or undefined. */
export function fixedLength(node: Node): number | undefined {
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

/** The alternatives of a lookbehind, each of a length of its own. A group inside is no such choice, as in PCRE2. */
export function topOptions(body: Node): readonly Node[] {
  const inner = body.type === 'sequence' && body.items.length === 1 ? body.items[0] : undefined;
  return inner?.type === 'alternation' ? inner.options : [body];
}

/** Whether the node can match without consuming anything. */
export function isNullable(node: Node): boolean {
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

/** Code units that PCRE2 needs for the node, at least. It writes the body of a repeated group out for each round. */
export function compiledSize(node: Node): number {
  switch (node.type) {
    case 'sequence':
      return node.items.reduce((sum, item) => sum + compiledSize(item), 0);
    case 'alternation':
      return node.options.reduce((sum, option) => sum + compiledSize(option) + 3, 0);
    case 'capture':
    case 'atomic':
    case 'look':
      return compiledSize(node.body) + 6;
    case 'repeat': {
      if (node.body.type === 'set') return 2;
      const rounds = node.max === Number.POSITIVE_INFINITY ? Math.max(node.min, 1) : node.max;
      return rounds * (compiledSize(node.body) + (node.body.type === 'sequence' ? 6 : 0));
    }
    default:
      return 1;
  }
}
