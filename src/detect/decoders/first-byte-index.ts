// Which of many patterns can match at all, told by the byte with which their subject begins. Most logs begin like few patterns.
import type { Expression } from '../patterns/expression.ts';

export class FirstByteIndex<Item> {
  private readonly items: readonly Item[];
  private readonly patternOf: (item: Item) => Expression | undefined;
  private readonly byByte: (readonly Item[] | undefined)[] = new Array(256).fill(undefined);

  /** An item without a pattern is always among those that can match. */
  constructor(items: readonly Item[], patternOf: (item: Item) => Expression | undefined) {
    this.items = items;
    this.patternOf = patternOf;
  }

  /** In their order. `position` is where the subject begins in the text. */
  candidates(text: string, position: number): readonly Item[] {
    if (position >= text.length) return this.items;
    const byte = text.charCodeAt(position);
    return this.byByte[byte] ?? this.choose(byte);
  }

  private choose(byte: number): readonly Item[] {
    const chosen = this.items.filter((item) => this.patternOf(item)?.firstBytes?.[byte] !== 0);
    this.byByte[byte] = chosen;
    return chosen;
  }
}
