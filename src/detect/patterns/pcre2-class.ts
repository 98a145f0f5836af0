// Bracketed classes of PCRE2 → a set of bytes.
import { closeOverCase, complement, escapedSets, posixSets, setOfByte, setOfRange, union } from './byte-sets.ts';
import type { ByteSet } from './pcre2-ast.ts';
import { takeCharacterEscape } from './pcre2-escapes.ts';
import type { Reader } from './pcre2-reader.ts';

/** `[:name:]`, `[.x.]`, `[=x=]`: whatever stands between, but the same again or a `]`, unless a backslash is before that. Reads each byte in one way only. */
const bracketed = /\[([:.=])(\^?)((?:\\[\]\\]|(?!\1\]|\[\1)(?:[^\]\\]|\\(?![\]\\])))*)\1\]/y;

/** Whether one of these stands at this offset. */
export function hasBracketed({ text }: Reader, at: number): boolean {
  bracketed.lastIndex = at;
  return bracketed.test(text);
}

type Item = { readonly set: ByteSet } | { readonly byte: number };

/** Reads a class; the reader stands after its `[`. */
export function readClass(reader: Reader, caseless: boolean): ByteSet {
  skipEmptyQuotes(reader);
  const negated = reader.take('^');
  const sets: ByteSet[] = [];
  let quoted = false;
  let first = true;
  for (;;) {
    if (reader.done) reader.fail('[ without ]');
    if (!quoted && reader.take('\\Q')) {
      quoted = true;
      continue;
    }
    if (reader.take('\\E')) {
      quoted = false;
      continue;
    }
    if (!quoted && !first && reader.take(']')) break;
    first = false;
    const item: Item = quoted ? { byte: reader.next().charCodeAt(0) } : readItem(reader);
    if (quoted && reader.take('\\E')) quoted = false;
    sets.push(quoted ? toSet(item) : readRange(reader, item));
  }
  const all = union(sets);
  const closed = caseless ? closeOverCase(all) : all;
  return negated ? complement(closed) : closed;
}

function toSet(item: Item): ByteSet {
  return 'set' in item ? item.set : setOfByte(item.byte);
}

/** A quotation of nothing, and an end without a beginning, are as if they were not there. */
function skipEmptyQuotes(reader: Reader): void {
  while (reader.take('\\Q\\E') || reader.take('\\E'));
}

/** `a-z` if a range follows, else the item alone. */
function readRange(reader: Reader, item: Item): ByteSet {
  skipEmptyQuotes(reader);
  if (reader.peek() !== '-') return toSet(item);
  const hyphen = reader.at;
  reader.at++;
  // Behind a class a hyphen is itself only where it is the very last.
  if ('byte' in item) skipEmptyQuotes(reader);
  if (reader.done || reader.peek() === ']') {
    reader.at = hyphen;
    return toSet(item);
  }
  if ('set' in item)
    return reader.fail('a range cannot begin with a class; a hyphen that is meant as itself stands last');
  if (reader.peek() === '\\' && reader.peek(1) === 'Q') reader.fail('a range that ends in \\Q is not supported');
  const last = readItem(reader);
  if ('set' in last) reader.fail('a range must end in a single character');
  if (last.byte < item.byte) reader.fail('range out of order');
  return setOfRange(item.byte, last.byte);
}

function readItem(reader: Reader): Item {
  if (reader.peek() === '[' && /[:.=]/.test(reader.peek(1))) {
    const found = reader.takeMatch(bracketed);
    if (found !== undefined && found[1] !== ':') reader.fail('collating elements are not supported');
    if (found !== undefined) return { set: posixSet(reader, found[3] ?? '', found[2] === '^') };
  }
  const char = reader.next();
  if (char !== '\\') return { byte: char.charCodeAt(0) };
  return readEscapedItem(reader);
}

function posixSet(reader: Reader, name: string, negated: boolean): ByteSet {
  const set = posixSets.get(name);
  if (set === undefined) return reader.fail(`unknown POSIX class [:${name}:]`);
  return negated ? complement(set) : set;
}

function readEscapedItem(reader: Reader): Item {
  const set = escapedSets.get(reader.peek());
  if (set !== undefined) {
    reader.at++;
    return { set };
  }
  if (reader.take('b')) return { byte: 0x08 };
  const octal = reader.takeMatch(/[0-7]{1,3}/y);
  const code = octal === undefined ? takeCharacterEscape(reader) : Number.parseInt(octal[0], 8);
  if (code === undefined) return reader.fail(`escape \\${reader.peek()} in a class is not supported`);
  if (code > 255) return reader.fail('characters above 255 in a class are not supported');
  return { byte: code };
}
