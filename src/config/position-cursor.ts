// Turns offsets into lines and columns while a file is read from front to back.
import type { Position } from './position.ts';

const lineFeed = 10;

/** Offsets must be asked for in rising order; the whole file is walked once. */
export class PositionCursor {
  readonly #text: string;
  readonly #file: string;
  #offset = 0;
  #line = 1;
  #column = 1;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  /** The position of an offset that is not before the last one asked for. */
  at(offset: number): Position {
    const text = this.#text;
    let index = this.#offset;
    for (; index < offset; index++) {
      const code = text.charCodeAt(index);
      if (code === lineFeed) {
        this.#line++;
        this.#column = 1;
      } else if ((code & 0xfc00) !== 0xdc00) {
        // The second half of a surrogate pair is no character of its own.
        this.#column++;
      }
    }
    this.#offset = index;
    return { file: this.#file, line: this.#line, column: this.#column };
  }
}
