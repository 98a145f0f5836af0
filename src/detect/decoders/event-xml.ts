// The XML of Windows events, read quickly where it is as Windows writes it; anything else is left to the reader of the dialect.
import { type DialectElement, parseDialect } from '../../config/dialect.ts';

interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** What is asked of an element. */
export type XmlElement = Pick<DialectElement, 'name' | 'content'> & {
  readonly attributes: readonly Attribute[];
  readonly children: readonly XmlElement[];
};

interface OpenElement {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly children: OpenElement[];
  content: string;
}

/** Limits of the dialect, of which it tells; smaller here. */
const longestText = 6000;
const deepest = 32;

/** The elements inside the first root; none where the text is no XML. In the text every backslash must be doubled. */
export function readEventXml(text: string): readonly XmlElement[] {
  const root = readPlainXml(text) ?? parseDialect(text, 'event').roots[0];
  return root?.children ?? [];
}

/** Undefined where anything is out of the ordinary. */
export function readPlainXml(text: string): XmlElement | undefined {
  const reader = new PlainReader(text);
  return reader.read();
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

const noAttributes: readonly Attribute[] = [];

class PlainReader {
  private readonly text: string;
  private readonly stack: OpenElement[] = [];
  private at = 0;
  private root: OpenElement | undefined = undefined;

  constructor(text: string) {
    this.text = text;
  }

  read(): XmlElement | undefined {
    const { text, stack } = this;
    while (this.root === undefined) {
      if (text.charCodeAt(this.at) !== open) return undefined;
      const isUsual = text.charCodeAt(this.at + 1) === slash ? this.closeElement() : this.openElement();
      if (!isUsual) return undefined;
      const top = stack[stack.length - 1];
      if (top === undefined) break;
      const next = text.indexOf('<', this.at);
      if (next < 0 || next - this.at > longestText) return undefined;
      if (next > this.at) top.content += text.slice(this.at, next);
      this.at = next;
    }
    // What follows the root is not looked at, unless there is something that could be wrong with it.
    return this.at >= text.length ? this.root : undefined;
  }

  /** False where the tag does not close the element that is open. */
  private closeElement(): boolean {
    const top = this.stack.pop();
    if (top === undefined || !this.text.startsWith(top.name, this.at + 2)) return false;
    this.at += 2 + top.name.length;
    if (this.text.charCodeAt(this.at) !== close) return false;
    this.at += 1;
    this.finish(top);
    return true;
  }

  private openElement(): boolean {
    const { text, stack } = this;
    if (stack.length >= deepest) return false;
    const start = this.at + 1;
    const end = this.skipName(start);
    const first = text.charCodeAt(start);
    if (end === start || first < 0x41) return false;
    this.at = end;
    const attributes = text.charCodeAt(end) === space ? this.readAttributes() : noAttributes;
    if (attributes === undefined) return false;
    const element = { name: text.slice(start, end), attributes, children: [], content: '' };
    const code = text.charCodeAt(this.at);
    if (code === close) stack.push(element);
    else if (code === slash && text.charCodeAt(this.at + 1) === close) {
      this.at += 1;
      this.finish(element);
    } else return false;
    this.at += 1;
    return true;
  }

  private skipName(start: number): number {
    let end = start;
    while (isNameByte[this.text.charCodeAt(end)] === 1) end++;
    return end;
  }

  /** ` name='value'`, one blank before each. Undefined where anything else comes, a name comes twice, or a value is long. */
  private readAttributes(): readonly Attribute[] | undefined {
    const { text } = this;
    const found: Attribute[] = [];
    while (text.charCodeAt(this.at) === space) {
      const start = this.at + 1;
      const end = this.skipName(start);
      const mark = text.charCodeAt(end + 1);
      if (end === start || text.charCodeAt(end) !== equals || (mark !== quote && mark !== apostrophe)) return undefined;
      const last = text.indexOf(mark === quote ? '"' : "'", end + 2);
      if (last < 0 || last - end > longestText) return undefined;
      const name = text.slice(start, end);
      const value = text.slice(end + 2, last);
      if (value.includes('>') || found.some((other) => other.name === name)) return undefined;
      found.push({ name, value });
      this.at = last + 1;
    }
    return found;
  }

  private finish(element: OpenElement): void {
    const parent = this.stack[this.stack.length - 1];
    if (parent === undefined) {
      this.root = element;
      return;
    }
    parent.children.push(element);
    // As in the dialect: the text of an element starts again after a child.
    parent.content = '';
  }
}
