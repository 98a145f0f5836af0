// The XML of Windows events, read quickly where it is as Windows writes it; anything else is left to the reader of the dialect.
import { parseDialect } from '../../config/dialect.ts';
import { XmlElements } from './xml-elements.ts';

/** Limits of the dialect, of which it tells; smaller here. */
const longestText = 6000;
const deepest = 32;

const elements = new XmlElements();

/** The first root and what is in it, until the next call; nothing where the text is no XML. In the text every backslash must be doubled. */
export function readEventXml(text: string): XmlElements {
  if (readPlainXml(text, elements)) return elements;
  elements.clear();
  const root = parseDialect(text, 'event').roots[0];
  if (root !== undefined) elements.addTree(root);
  return elements;
}

/** False where anything is out of the ordinary. */
export function readPlainXml(text: string, into: XmlElements): boolean {
  into.clear();
  return new PlainReader(text, into).read();
}

/** Letters, digits, `_`, `:`, `.`, `-`. */
const isNameByte = new Uint8Array(0x100);
for (let code = 0; code < 0x100; code++) isNameByte[code] = /[\w:.-]/.test(String.fromCharCode(code)) ? 1 : 0;

const open = 0x3c;
const close = 0x3e;
const slash = 0x2f;
const space = 0x20;
const equals = 0x3d;
const quote = 0x22;
const apostrophe = 0x27;

/** Places of the elements that are open. */
const stack = new Int32Array(deepest);

class PlainReader {
  private readonly text: string;
  private readonly into: XmlElements;
  private depth = 0;
  private at = 0;

  constructor(text: string, into: XmlElements) {
    this.text = text;
    this.into = into;
  }

  read(): boolean {
    const { text } = this;
    for (;;) {
      if (text.charCodeAt(this.at) !== open) return false;
      const isUsual = text.charCodeAt(this.at + 1) === slash ? this.closeElement() : this.openElement();
      if (!isUsual) return false;
      if (this.depth === 0) break;
      const next = text.indexOf('<', this.at);
      if (next < 0 || next - this.at > longestText) return false;
      if (next > this.at) this.addContent(text.slice(this.at, next));
      this.at = next;
    }
    // What follows the root is not looked at, unless there is something that could be wrong with it.
    return this.at >= text.length;
  }

  private addContent(text: string): void {
    const { contents } = this.into;
    const element = stack[this.depth - 1] ?? 0;
    const before = contents[element] ?? '';
    contents[element] = before === '' ? text : before + text;
  }

  /** False where the tag does not close the element that is open. */
  private closeElement(): boolean {
    if (this.depth === 0) return false;
    this.depth -= 1;
    const name = this.into.names[stack[this.depth] ?? 0] ?? '';
    if (!this.text.startsWith(name, this.at + 2)) return false;
    this.at += 2 + name.length;
    if (this.text.charCodeAt(this.at) !== close) return false;
    this.at += 1;
    this.noteChild();
    return true;
  }

  private openElement(): boolean {
    const { text } = this;
    if (this.depth >= deepest) return false;
    const start = this.at + 1;
    const end = this.skipName(start);
    const first = text.charCodeAt(start);
    if (end === start || first < 0x41) return false;
    this.at = end;
    const element = this.into.add(text.slice(start, end), this.depth);
    if (text.charCodeAt(end) === space && !this.readAttributes()) return false;
    const code = text.charCodeAt(this.at);
    if (code === close) {
      stack[this.depth] = element;
      this.depth += 1;
    } else if (code === slash && text.charCodeAt(this.at + 1) === close) {
      this.at += 1;
      this.noteChild();
    } else return false;
    this.at += 1;
    return true;
  }

  private skipName(start: number): number {
    let end = start;
    while (isNameByte[this.text.charCodeAt(end)] === 1) end++;
    return end;
  }

  /** ` name='value'`, one blank before each. False where anything else comes, a name comes twice, or a value is long. */
  private readAttributes(): boolean {
    const { text, into } = this;
    while (text.charCodeAt(this.at) === space) {
      const start = this.at + 1;
      const end = this.skipName(start);
      const mark = text.charCodeAt(end + 1);
      if (end === start || text.charCodeAt(end) !== equals || (mark !== quote && mark !== apostrophe)) return false;
      const last = text.indexOf(mark === quote ? '"' : "'", end + 2);
      if (last < 0 || last - end > longestText) return false;
      const name = text.slice(start, end);
      const value = text.slice(end + 2, last);
      if (value.includes('>') || into.hasAttribute(name)) return false;
      into.addAttribute(name, value);
      this.at = last + 1;
    }
    return true;
  }

  /** As in the dialect: the text of an element starts again after a child. */
  private noteChild(): void {
    if (this.depth > 0) this.into.contents[stack[this.depth - 1] ?? 0] = '';
  }
}
