// A lenient JSON reader that keeps duplicate keys and their order, and the printer that arrays go through. // spec ruleset §5.5
import type { JsonObject, JsonValue } from '../../alert/alert.ts';
import { toBytes, toUnicode } from '../bytes.ts';

export class JsonMembers {
  readonly keys: string[] = [];
  readonly values: JsonNode[] = [];
}
/** A parsed value; texts are latin1. */
export type JsonNode = string | number | boolean | null | JsonNode[] | JsonMembers;

const nestingLimit = 1000;
const numberText = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const plainText = /[^"\\]*/y;
const simpleEscapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/** So many can be added up without loss. */
const exactDigits = 15;

class BadJson extends Error {}

class Reader {
  position = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  skipSpace(): void {
    while (this.position < this.text.length && this.text.charCodeAt(this.position) <= 0x20) this.position++;
  }

  readValue(depth: number): JsonNode {
    const { text, position } = this;
    const code = text.charCodeAt(position);
    if (code === 0x22) return this.readString();
    if (code === 0x7b) return this.readObject(depth);
    if (code === 0x5b) return this.readArray(depth);
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.readNumber();
    if (text.startsWith('true', position)) return this.literal(true, 4);
    if (text.startsWith('false', position)) return this.literal(false, 5);
    if (text.startsWith('null', position)) return this.literal(null, 4);
    throw new BadJson();
  }

  private literal<T extends JsonNode>(value: T, length: number): T {
    this.position += length;
    return value;
  }

  private readNumber(): number {
    return this.readInteger() ?? this.readAnyNumber();
  }

  /** Undefined, and nothing is read, where the number is more than a few digits. */
  private readInteger(): number | undefined {
    const { text } = this;
    const isNegative = text.charCodeAt(this.position) === 0x2d;
    const start = isNegative ? this.position + 1 : this.position;
    let at = start;
    let value = 0;
    let code = text.charCodeAt(at);
    while (code >= 0x30 && code <= 0x39) {
      value = value * 10 + code - 0x30;
      code = text.charCodeAt(++at);
    }
    const isWhole = code !== 0x2e && code !== 0x65 && code !== 0x45;
    if (at === start || at - start > exactDigits || !isWhole) return undefined;
    this.position = at;
    return isNegative ? -value : value;
  }

  private readAnyNumber(): number {
    numberText.lastIndex = this.position;
    const found = numberText.exec(this.text);
    if (found === null) throw new BadJson();
    this.position = numberText.lastIndex;
    return Number(found[0]);
  }

  private readString(): string {
    const { text } = this;
    const start = this.position + 1;
    const quote = text.indexOf('"', start);
    if (quote < 0) throw new BadJson();
    const plain = text.slice(start, quote);
    if (!plain.includes('\\')) {
      this.position = quote + 1;
      return plain;
    }
    let index = start + plain.indexOf('\\');
    let value = text.slice(start, index);
    while (index < text.length && text.charCodeAt(index) !== 0x22) {
      this.position = index + 1;
      value += this.readEscape();
      plainText.lastIndex = this.position;
      plainText.test(text);
      value += text.slice(this.position, plainText.lastIndex);
      index = plainText.lastIndex;
    }
    if (index >= text.length) throw new BadJson();
    this.position = index + 1;
    const end = value.indexOf('\0');
    return end < 0 ? value : value.slice(0, end);
  }

  /** After the backslash. */
  private readEscape(): string {
    const letter = this.text.charAt(this.position);
    const simple = simpleEscapes[letter];
    if (simple !== undefined) {
      this.position++;
      return simple;
    }
    if (letter !== 'u') throw new BadJson();
    const unit = this.readUnit();
    if (unit >= 0xdc00 && unit <= 0xdfff) throw new BadJson();
    if (unit < 0xd800 || unit > 0xdbff) return toBytes(String.fromCharCode(unit));
    if (!this.text.startsWith('\\u', this.position)) throw new BadJson();
    this.position++;
    const low = this.readUnit();
    if (low < 0xdc00 || low > 0xdfff) throw new BadJson();
    return toBytes(String.fromCharCode(unit, low));
  }

  private readUnit(): number {
    const digits = this.text.slice(this.position + 1, this.position + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new BadJson();
    this.position += 5;
    return Number.parseInt(digits, 16);
  }

  private readArray(depth: number): JsonNode[] {
    if (depth >= nestingLimit) throw new BadJson();
    const items: JsonNode[] = [];
    this.position++;
    this.skipSpace();
    if (this.text.charCodeAt(this.position) === 0x5d) {
      this.position++;
      return items;
    }
    for (;;) {
      this.skipSpace();
      items.push(this.readValue(depth + 1));
      if (this.readSeparator(0x5d)) return items;
    }
  }

  private readObject(depth: number): JsonMembers {
    if (depth >= nestingLimit) throw new BadJson();
    const members = new JsonMembers();
    this.position++;
    this.skipSpace();
    if (this.text.charCodeAt(this.position) === 0x7d) {
      this.position++;
      return members;
    }
    for (;;) {
      this.skipSpace();
      if (this.text.charCodeAt(this.position) !== 0x22) throw new BadJson();
      const key = this.readString();
      this.skipSpace();
      if (this.text.charCodeAt(this.position) !== 0x3a) throw new BadJson();
      this.position++;
      this.skipSpace();
      members.keys.push(key);
      members.values.push(this.readValue(depth + 1));
      if (this.readSeparator(0x7d)) return members;
    }
  }

  /** True at the closing bracket, false after a comma. */
  private readSeparator(close: number): boolean {
    this.skipSpace();
    const code = this.text.charCodeAt(this.position++);
    if (code === close) return true;
    if (code !== 0x2c) throw new BadJson();
    return false;
  }
}

/** Undefined where the text does not begin with a JSON value. What follows one is not looked at unless `whole`. */
export function readJson(text: string, whole = false): JsonNode | undefined {
  const reader = new Reader(text);
  try {
    reader.skipSpace();
    const value = reader.readValue(0);
    reader.skipSpace();
    return whole && reader.position < text.length ? undefined : value;
  } catch (error) {
    if (error instanceof BadJson) return undefined;
    throw error;
  }
}

/** As it goes into an alert: real Unicode; the first of equal keys wins. */
export function toJsonValue(node: JsonNode): JsonValue {
  if (typeof node === 'string') return toUnicode(node);
  if (Array.isArray(node)) return node.map(toJsonValue);
  if (!(node instanceof JsonMembers)) return node;
  const object: JsonObject = {};
  for (const [index, key] of node.keys.entries()) {
    const value = node.values[index];
    if (value !== undefined && !Object.hasOwn(object, toUnicode(key)))
      setMember(object, toUnicode(key), toJsonValue(value));
  }
  return object;
}

/** Plain assignment would call the setter of `__proto__`. */
export function setMember(object: JsonObject, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}

function isInt32(value: number): boolean {
  return value === Math.trunc(value) && value >= -2147483648 && value <= 2147483647;
}

/** A number of a log as a field: C's `%d` or `%f`. */
export function numberField(value: number): string {
  if (isInt32(value)) return String(value === 0 ? 0 : value);
  return Number.isFinite(value)
    ? fixedDigits(value)
    : String(value)
        .toLowerCase()
        .slice(0, value < 0 ? 4 : 3);
}

function fixedDigits(value: number): string {
  // toFixed changes to exponents at 1e21; such a value is an integer.
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
}

/** A number inside a printed array: C's `%d`, or `%1.15g`, or `%1.17g` where that loses digits. */
function printNumber(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (isInt32(value)) return String(value === 0 ? 0 : value);
  return generalDigits(value, Number(value.toPrecision(15)) === value ? 15 : 17);
}

function generalDigits(value: number, precision: number): string {
  const [mantissa = '', exponentText = '0'] = value.toExponential(precision - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= precision) {
    const sign = exponent < 0 ? '-' : '+';
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return trimZeros(value.toFixed(Math.max(0, precision - 1 - exponent)));
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const escaped = /["\\\x00-\x1f]/g;
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escapeCharacter(character: string): string {
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function printString(text: string): string {
  return `"${text.replace(escaped, escapeCharacter)}"`;
}

/** Formatted as the engine compares it: `[1, "a"]`, objects over several lines with tabs. */
export function printJson(node: JsonNode, depth = 0): string {
  if (typeof node === 'string') return printString(node);
  if (typeof node === 'number') return printNumber(node);
  if (Array.isArray(node)) return `[${node.map((item) => printJson(item, depth + 1)).join(', ')}]`;
  if (!(node instanceof JsonMembers)) return String(node);
  const inner = '\t'.repeat(depth + 1);
  const lines = node.values.map((value, index) => {
    const comma = index + 1 < node.values.length ? ',' : '';
    return `${inner}${printString(node.keys[index] ?? '')}:\t${printJson(value, depth + 1)}${comma}\n`;
  });
  return `{\n${lines.join('')}${'\t'.repeat(depth)}}`;
}
