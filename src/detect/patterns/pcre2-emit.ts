// Tree → source of a native RegExp (flag g only) with the same meaning over latin1 text.
import { foldedByteOf, isClosedOverCase } from './byte-sets.ts';
import { type Assertion, type ByteSet, childrenOf, type Node, Pcre2Error } from './pcre2-ast.ts';
import { isNullable } from './pcre2-lengths.ts';

export interface EmitOptions {
  /** The RegExp will be run on text whose A–Z are lower-cased. Only for patterns that isFoldable accepts. */
  readonly folded: boolean;
  /** Whether the text may end in a newline, before which `$` and `\Z` hold too. */
  readonly finalNewline: boolean;
}

export interface Emitted {
  readonly source: string;
  /** The RegExp's group for each group of the pattern; [0] is 0. */
  readonly groupMap: readonly number[];
}

export function emitPcre2(root: Node, options: EmitOptions): Emitted {
  const emitter = new Emitter(options);
  const source = emitter.emit(root);
  return { source, groupMap: emitter.groupMap };
}

/** Whether the pattern says the same about a text and its folded form. */
export function isFoldable(node: Node): boolean {
  if (node.type === 'set') return isClosedOverCase(node.set);
  if (node.type === 'backreference') return node.caseless;
  return childrenOf(node).every(isFoldable);
}

/** Whether the pattern looks at the end of the text in a way that a final newline changes. */
export function mindsFinalNewline(node: Node): boolean {
  return (node.type === 'assertion' && node.what === 'endOrFinalNewline') || childrenOf(node).some(mindsFinalNewline);
}

class Emitter {
  readonly groupMap: number[] = [0];
  readonly #options: EmitOptions;
  #groups = 0;

  constructor(options: EmitOptions) {
    this.#options = options;
  }

  emit(node: Node): string {
    switch (node.type) {
      case 'set':
        return emitSet(this.#options.folded ? withoutUpperCase(node.set) : node.set);
      case 'sequence':
        return node.items.map((item) => this.#emitItem(item)).join('');
      case 'alternation':
        return node.options.map((option) => this.emit(option)).join('|');
      case 'repeat':
        return this.#emitRepeat(node);
      case 'capture':
        this.groupMap[node.group] = ++this.#groups;
        return `(${this.emit(node.body)})`;
      case 'atomic':
        return this.#emitAtomic(node.body);
      case 'look':
        return `(?${node.behind ? '<' : ''}${node.negative ? '!' : '='}${this.emit(node.body)})`;
      case 'assertion':
        return this.#emitAssertion(node.what);
      case 'backreference':
        if (node.caseless && !this.#options.folded) {
          throw new Pcre2Error('a case-insensitive reference to a group is not supported here');
        }
        return `(?:\\${this.groupMap[node.group]})`;
    }
  }

  #emitItem(item: Node): string {
    return item.type === 'alternation' ? `(?:${this.emit(item)})` : this.emit(item);
  }

  #emitRepeat(node: Node & { type: 'repeat' }): string {
    if (node.mode === 'possessive') return this.#emitAtomic({ ...node, mode: 'greedy' });
    // A RegExp refuses a round that matched nothing, and tries it otherwise; PCRE2 takes it.
    if (node.max === 1 && isNullable(node.body)) {
      const body = this.emit(node.body);
      if (node.min === 1) return `(?:${body})`;
      return node.mode === 'lazy' ? `(?:|${body})` : `(?:${body}|)`;
    }
    const single = node.body.type === 'set' || node.body.type === 'capture';
    const body = single ? this.emit(node.body) : `(?:${this.emit(node.body)})`;
    return `${body}${emitBounds(node.min, node.max)}${node.mode === 'lazy' ? '?' : ''}`;
  }

  /** What a lookahead has captured is never reconsidered: the next step must repeat it as it is. */
  #emitAtomic(body: Node): string {
    const group = ++this.#groups;
    return `(?:(?=(${this.emit(body)}))\\${group})`;
  }

  #emitAssertion(what: Assertion): string {
    switch (what) {
      case 'start':
        return '^';
      case 'lineStart':
        return '(?:^|(?<=\\n)(?=[^]))';
      case 'end':
        return '$';
      case 'endOrFinalNewline':
        return this.#options.finalNewline ? '(?=\\n?$)' : '$';
      case 'lineEnd':
        return '(?=\\n|$)';
      case 'wordBoundary':
        return '\\b';
      case 'notWordBoundary':
        return '\\B';
    }
  }
}

function emitBounds(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function withoutUpperCase(set: ByteSet): ByteSet {
  return foldedByteOf(set) === undefined ? set : set.map((value, byte) => (byte >= 0x41 && byte <= 0x5a ? 0 : value));
}

function emitByte(byte: number): string {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9_ ]/.test(char) ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
}

function emitSet(set: ByteSet): string {
  // Written by what it leaves out where the top byte is in: so it reads as it was meant, and V8 knows its own classes.
  const negated = set[255] === 1;
  const ranges = rangesOf(set, negated ? 0 : 1);
  const [first] = ranges;
  if (!negated && ranges.length === 1 && first !== undefined && first[0] === first[1]) return emitByte(first[0]);
  const inner = ranges.map(([low, high]) => (low === high ? emitByte(low) : `${emitByte(low)}-${emitByte(high)}`));
  return `[${negated ? '^' : ''}${inner.join('')}]`;
}

function rangesOf(set: ByteSet, wanted: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let byte = 0; byte < 256; byte++) {
    if (set[byte] !== wanted) continue;
    const start = byte;
    while (byte < 255 && set[byte + 1] === wanted) byte++;
    ranges.push([start, byte]);
  }
  return ranges;
}
