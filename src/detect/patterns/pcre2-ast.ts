// What a PCRE2 pattern means: a tree over sets of bytes, free of flags and of spelling. // spec ruleset §4.4

/** Which of the 256 bytes are accepted: 1 or 0 each. */
export type ByteSet = Uint8Array;

export type RepeatMode = 'greedy' | 'lazy' | 'possessive';

export type Node =
  | { readonly type: 'set'; readonly set: ByteSet }
  | { readonly type: 'sequence'; readonly items: readonly Node[] }
  | { readonly type: 'alternation'; readonly options: readonly Node[] }
  | {
      readonly type: 'repeat';
      readonly body: Node;
      readonly min: number;
      readonly max: number;
      readonly mode: RepeatMode;
    }
  | { readonly type: 'capture'; readonly group: number; readonly body: Node }
  | {
      readonly type: 'atomic';
      readonly body: Node;
      /** It was written as `\R`. */
      readonly lineBreak?: true;
    }
  | { readonly type: 'look'; readonly behind: boolean; readonly negative: boolean; readonly body: Node }
  | { readonly type: 'assertion'; readonly what: Assertion }
  | { readonly type: 'backreference'; readonly group: number; readonly caseless: boolean };

export type Assertion =
  | 'start'
  | 'lineStart'
  | 'end'
  | 'endOrFinalNewline'
  | 'lineEnd'
  | 'wordBoundary'
  | 'notWordBoundary';

/** Thrown inside this folder only; compilePcre2 turns it into an error. */
export class Pcre2Error extends Error {}

/** The child nodes of a node. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'sequence':
      return node.items;
    case 'alternation':
      return node.options;
    case 'repeat':
    case 'capture':
    case 'atomic':
    case 'look':
      return [node.body];
    default:
      return [];
  }
}
