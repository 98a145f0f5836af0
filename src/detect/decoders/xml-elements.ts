// The elements of an XML text, one after another instead of one in another: to be filled again for the next text without taking memory.
import type { DialectElement } from '../../config/dialect.ts';

/** Room for more than this, which a huge text took, is given back. */
const mostKept = 4096;

/** Elements are spoken of by their place in the order in which they begin; 0 is the root. */
export class XmlElements {
  count = 0;
  readonly names: string[] = [];
  /** Of an element with children: the text after the last of them. */
  readonly contents: string[] = [];
  /** Of the root 0, of its children 1 … */
  readonly depths: number[] = [];
  readonly attributeNames: string[] = [];
  readonly attributeValues: string[] = [];
  /** By element and, behind the last one, where its attributes begin. */
  readonly attributeStarts: number[] = [0];
  private attributeCount = 0;

  clear(): void {
    if (this.names.length > mostKept || this.attributeNames.length > mostKept) {
      for (const list of [this.names, this.contents, this.depths, this.attributeNames, this.attributeValues])
        list.length = 0;
      this.attributeStarts.length = 1;
    }
    this.count = 0;
    this.attributeCount = 0;
  }

  /** Attributes that are added next are its. */
  add(name: string, depth: number): number {
    const element = this.count;
    this.count += 1;
    this.names[element] = name;
    this.contents[element] = '';
    this.depths[element] = depth;
    this.attributeStarts[element] = this.attributeCount;
    this.attributeStarts[this.count] = this.attributeCount;
    return element;
  }

  addAttribute(name: string, value: string): void {
    this.attributeNames[this.attributeCount] = name;
    this.attributeValues[this.attributeCount] = value;
    this.attributeCount += 1;
    this.attributeStarts[this.count] = this.attributeCount;
  }

  /** The element behind the last one inside this. */
  endOf(element: number): number {
    const depth = this.depths[element] ?? 0;
    let next = element + 1;
    while (next < this.count && (this.depths[next] ?? 0) > depth) next++;
    return next;
  }

  firstAttribute(element: number): number {
    return this.attributeStarts[element] ?? 0;
  }

  /** Whether the newest element has an attribute of this name. */
  hasAttribute(name: string): boolean {
    for (let at = this.firstAttribute(this.count - 1); at < this.attributeCount; at++) {
      if (this.attributeNames[at] === name) return true;
    }
    return false;
  }

  /** The first attribute of the name. */
  findAttribute(element: number, name: string): string | undefined {
    const end = this.firstAttribute(element + 1);
    for (let at = this.firstAttribute(element); at < end; at++) {
      if (this.attributeNames[at] === name) return this.attributeValues[at];
    }
    return undefined;
  }

  addTree({ name, content, attributes, children }: DialectElement, depth = 0): void {
    const element = this.add(name, depth);
    for (const attribute of attributes) this.addAttribute(attribute.name, attribute.value);
    for (const child of children) this.addTree(child, depth + 1);
    this.contents[element] = content;
  }
}
