// The single pass behind parseDialect. // spec ruleset §2
import type { DialectAttribute, DialectDocument, DialectElement } from './dialect.ts';
import type { Position, Problem } from './position.ts';
import { PositionCursor } from './position-cursor.ts';
import { quoteValue } from './quote-value.ts';

/** Bytes that a name, an attribute value or a content may have. */
const maximumBytes = 20_480;
const maximumNesting = 1_024;

interface OpenElement {
  readonly name: string;
  readonly attributes: readonly DialectAttribute[];
  readonly children: DialectElement[];
  readonly position: Position;
  readonly contentPosition: Position;
  text: string;
  commentAt: number | undefined;
}

/** Carries the one problem of a document out of the depth of the reader; caught in `read`. */
class DialectError extends Error {
  readonly position: Position;

  constructor(position: Position, message: string) {
    super(message);
    this.position = position;
  }
}

export class DialectReader {
  readonly #text: string;
  readonly #cursor: PositionCursor;
  readonly #roots: DialectElement[] = [];
  readonly #open: OpenElement[] = [];
  #offset = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#cursor = new PositionCursor(text, file);
  }

  read(): DialectDocument {
    const problems: Problem[] = [];
    try {
      while (this.#readNext());
    } catch (error) {
      if (!(error instanceof DialectError)) throw error;
      problems.push({ severity: 'error', position: error.position, message: error.message });
    }
    return { roots: this.#roots, problems };
  }

  /** Reads the text up to the next markup, and that markup. False at the end of the file. */
  #readNext(): boolean {
    const start = this.#offset;
    const markup = this.#findMarkup(start);
    const top = this.#open.at(-1);
    if (top !== undefined) top.text += this.#text.slice(start, markup);
    this.#offset = markup;
    if (markup === this.#text.length) {
      this.#refuseUnclosed();
      return false;
    }
    const next = this.#text[markup + 1];
    if (next === '!') this.#skipComment(top);
    else if (next === '/') this.#readClosingTag();
    else this.#readOpeningTag();
    return true;
  }

  /** The next `<` that an even number of backslashes precedes, or the end of the text. */
  #findMarkup(start: number): number {
    const text = this.#text;
    let from = start;
    for (;;) {
      const found = text.indexOf('<', from);
      if (found === -1) return text.length;
      let backslash = found;
      while (backslash > start && text[backslash - 1] === '\\') backslash--;
      if ((found - backslash) % 2 === 0) return found;
      from = found + 1;
    }
  }

  #refuseUnclosed(): void {
    const top = this.#open.at(-1);
    if (top === undefined) return;
    throw new DialectError(
      top.position,
      `<${top.name}> is never closed: </${top.name}> is missing. A "<" that belongs to the text is written "\\<".`,
    );
  }

  #skipComment(top: OpenElement | undefined): void {
    const start = this.#offset;
    const dashes = this.#text.indexOf('-->', start + 2);
    const bang = this.#text.indexOf('!>', start + 2);
    if (dashes === -1 && bang === -1) {
      this.#fail(start, 'this comment is never closed: "-->" is missing.');
    }
    const dashesFirst = bang === -1 || (dashes !== -1 && dashes < bang);
    this.#offset = dashesFirst ? dashes + 3 : bang + 2;
    if (top !== undefined) top.commentAt = top.text.length;
  }

  #readClosingTag(): void {
    const start = this.#offset;
    const end = this.#text.indexOf('>', start);
    const name = this.#text.slice(start + 2, end === -1 ? start + 42 : end);
    const top = this.#open.pop();
    if (top === undefined) this.#fail(start, `</${shorten(name)}> closes an element that was never opened.`);
    if (end === -1 || name !== top.name) {
      const hint = top.text.includes(`\\</${top.name}`) ? ' A backslash before "<" makes it a part of the text.' : '';
      this.#fail(
        start,
        `</${shorten(name)}> stands where </${top.name}> is needed: <${top.name}> was opened at line ${top.position.line}.${hint}`,
      );
    }
    this.#offset = end + 1;
    this.#finish(top);
  }

  #readOpeningTag(): void {
    const start = this.#offset;
    const position = this.#cursor.at(start);
    if (this.#open.length >= maximumNesting) {
      this.#fail(start, `elements are nested deeper than ${maximumNesting}.`);
    }
    this.#offset = start + 1;
    const name = this.#readName(start);
    const attributes: DialectAttribute[] = [];
    const selfClosed = this.#readAttributes(name, attributes);
    const contentPosition = this.#cursor.at(this.#offset);
    const element = { name, attributes, children: [], position, contentPosition, text: '', commentAt: undefined };
    if (selfClosed) this.#finish(element);
    else this.#open.push(element);
  }

  #readName(start: number): string {
    const text = this.#text;
    const pattern = /[\s<>"'=]|\/>/g;
    pattern.lastIndex = this.#offset;
    const end = pattern.exec(text)?.index ?? text.length;
    const name = text.slice(this.#offset, end);
    if (name.startsWith('?')) {
      this.#fail(start, 'an XML declaration is not part of this dialect: leave it out.');
    }
    const stop = text[end];
    if (name === '' || stop === undefined || '<"\'='.includes(stop)) {
      this.#fail(
        start,
        `"<" is not followed by the name of an element. A "<" that belongs to the text is written "\\<".`,
      );
    }
    this.#refuseOverlong(name, start, 'the name of an element');
    this.#offset = end;
    return name;
  }

  /** Reads up to and with the `>`. True where the tag ends with `/>`. */
  #readAttributes(element: string, into: DialectAttribute[]): boolean {
    for (;;) {
      const before = this.#offset;
      this.#skipBlanks();
      const character = this.#text[this.#offset];
      if (character === '>') {
        this.#offset++;
        return false;
      }
      if (character === '/' && this.#text[this.#offset + 1] === '>') {
        this.#offset += 2;
        return true;
      }
      if (character === undefined) this.#fail(before, `the tag <${element} is never closed: ">" is missing.`);
      if (before === this.#offset) {
        this.#fail(before, `a blank or ">" is needed here, in <${element}>, not ${quoteValue(character)}.`);
      }
      into.push(this.#readAttribute(element, into));
    }
  }

  #readAttribute(element: string, earlier: readonly DialectAttribute[]): DialectAttribute {
    const text = this.#text;
    const start = this.#offset;
    const position = this.#cursor.at(start);
    let end = start;
    while (end < text.length && !/[\s=<>/"']/.test(text[end] ?? '')) end++;
    const name = text.slice(start, end);
    this.#offset = end + 1;
    if (text[end] === '=') this.#skipBlanks();
    const quote = text[this.#offset];
    if (name === '' || text[end] !== '=' || (quote !== '"' && quote !== "'")) {
      this.#failAt(position, `the attribute ${quoteValue(name)} of <${element}> has no value: name="value" is needed.`);
    }
    if (earlier.some((attribute) => attribute.name === name)) {
      this.#failAt(position, `the attribute ${quoteValue(name)} is given twice in <${element}>: keep one.`);
    }
    const close = text.indexOf(quote, this.#offset + 1);
    const tagEnd = text.indexOf('>', this.#offset + 1);
    if (close === -1 || (tagEnd !== -1 && tagEnd < close)) {
      this.#failAt(
        position,
        `the value of the attribute ${quoteValue(name)} of <${element}> is not closed: ${quote} is missing.`,
      );
    }
    const value = text.slice(this.#offset + 1, close);
    this.#refuseOverlong(value, start, `the attribute ${quoteValue(name)}`, position);
    this.#offset = close + 1;
    return { name, value, position };
  }

  #finish(element: OpenElement): void {
    const { name, attributes, children, position, contentPosition, text, commentAt } = element;
    this.#refuseOverlong(text, 0, `the content of <${name}>`, position);
    const finished = { name, attributes, content: text, children, position, contentPosition };
    const parent = this.#open.at(-1);
    const result = commentAt === undefined ? finished : { ...finished, commentAt };
    if (parent === undefined) {
      this.#roots.push(result);
      return;
    }
    parent.children.push(result);
    // The original starts its text again after a child, and so does the limit.
    parent.text = '';
    parent.commentAt = undefined;
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text[this.#offset] ?? '')) this.#offset++;
  }

  #refuseOverlong(value: string, offset: number, what: string, position?: Position): void {
    // A character has at most three bytes for each of its UTF-16 units.
    if (value.length * 3 <= maximumBytes) return;
    const bytes = Buffer.byteLength(value);
    if (bytes <= maximumBytes) return;
    this.#failAt(
      position ?? this.#cursor.at(offset),
      `${what} has ${bytes} bytes; at most ${maximumBytes} are allowed.`,
    );
  }

  #fail(offset: number, message: string): never {
    throw new DialectError(this.#cursor.at(offset), message);
  }

  #failAt(position: Position, message: string): never {
    throw new DialectError(position, message);
  }
}

function shorten(name: string): string {
  const oneLine = name.split(/[\r\n<]/, 1)[0] ?? '';
  return oneLine.length > 40 ? `${oneLine.slice(0, 40)}…` : oneLine;
}
