// Which of many patterns can match at all, told by the byte with which their subject begins and by the texts that it contains.
// Most logs begin like few patterns.
import { LiteralIndex } from '../literal-index.ts';
import type { Expression } from '../patterns/expression.ts';

export interface Candidates<Item> {
  /** In the order of all items. */
  readonly items: readonly Item[];
  /** Tells by the whole text which of them need not be tried; undefined where that is not worth it. */
  readonly literals: LiteralIndex | undefined;
}

export class FirstByteIndex<Item> {
  private readonly items: readonly Item[];
  private readonly patternOf: (item: Item) => Expression | undefined;
  private readonly byByte: (Candidates<Item> | undefined)[] = new Array(257).fill(undefined);

  /** An item without a pattern is always among those that can match. */
  constructor(items: readonly Item[], patternOf: (item: Item) => Expression | undefined) {
    this.items = items;
    this.patternOf = patternOf;
  }

  /** `position` is where the subject begins in the text. */
  candidates(text: string, position: number): Candidates<Item> {
    const byte = position < text.length ? text.charCodeAt(position) : noByte;
    return this.byByte[byte] ?? this.choose(byte);
  }

  private choose(byte: number): Candidates<Item> {
    const items = this.items.filter((item) => byte === noByte || this.patternOf(item)?.firstBytes?.[byte] !== 0);
    const literals = LiteralIndex.of(items.map((item) => this.patternOf(item)?.requiredAnyOf));
    const chosen = { items, literals };
    this.byByte[byte] = chosen;
    return chosen;
  }
}

/** Of the empty subject. */
const noByte = 256;
