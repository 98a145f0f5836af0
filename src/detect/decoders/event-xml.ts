// The XML of Windows events, read quickly where it is as Windows writes it; anything else is left to the reader of the dialect.
import { type DialectElement, parseDialect } from '../../config/dialect.ts';

/** What is asked of an element. */
export type XmlElement = Pick<DialectElement, 'name' | 'content'> & {
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly children: readonly XmlElement[];
};

interface OpenElement {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly children: OpenElement[];
  content: string;
}

/** Names as Windows has them; attributes after one blank each, in quotes, without a `>` inside. */
const openingTag = /<([A-Za-z_][\w:.-]*)((?: [\w:.-]+=(?:'[^'>]*'|"[^">]*"))*)(\/?)>/y;
const attribute = / ([\w:.-]+)=(['"])(.*?)\2/gs;
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
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  let at = 0;
  while (root === undefined) {
    if (text.charCodeAt(at) !== 0x3c) return undefined;
    if (text.charCodeAt(at + 1) === 0x2f) {
      const top = open.pop();
      if (top === undefined || !text.startsWith(top.name, at + 2)) return undefined;
      at += 2 + top.name.length;
      if (text.charCodeAt(at) !== 0x3e) return undefined;
      at += 1;
      root = finish(top, open.at(-1));
    } else {
      openingTag.lastIndex = at;
      const tag = openingTag.exec(text);
      if (tag === null || open.length >= deepest) return undefined;
      const attributes = readAttributes(tag[2] ?? '');
      if (attributes === undefined) return undefined;
      at = openingTag.lastIndex;
      const element = { name: tag[1] ?? '', attributes, children: [], content: '' };
      if (tag[3] === '/') root = finish(element, open.at(-1));
      else open.push(element);
    }
    const top = open.at(-1);
    if (top === undefined) break;
    const next = text.indexOf('<', at);
    if (next < 0 || next - at > longestText) return undefined;
    top.content += text.slice(at, next);
    at = next;
  }
  // What follows the root is not looked at, unless there is something that could be wrong with it.
  return at >= text.length ? root : undefined;
}

/** The element where it is the root. */
function finish(element: OpenElement, parent: OpenElement | undefined): OpenElement | undefined {
  if (parent === undefined) return element;
  parent.children.push(element);
  // As in the dialect: the text of an element starts again after a child.
  parent.content = '';
  return undefined;
}

/** Undefined where a name is given twice, or a value is long. */
function readAttributes(text: string): { name: string; value: string }[] | undefined {
  const found: { name: string; value: string }[] = [];
  if (text === '') return found;
  if (text.length > longestText) return undefined;
  for (const [, name = '', , value = ''] of text.matchAll(attribute)) {
    if (found.some((other) => other.name === name)) return undefined;
    found.push({ name, value });
  }
  return found;
}
