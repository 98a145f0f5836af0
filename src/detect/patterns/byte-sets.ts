// Sets of bytes: the classes that PCRE2 knows by name, and what can be done with sets. // spec ruleset §4.4
import type { ByteSet } from './pcre2-ast.ts';

export function setOf(accepts: (byte: number) => boolean): ByteSet {
  return Uint8Array.from({ length: 256 }, (_, byte) => (accepts(byte) ? 1 : 0));
}

/** Patterns are literal text mostly: one set for each byte, not for each place where it stands. */
const singles: ByteSet[] = [];
const closed = new WeakMap<ByteSet, ByteSet>();

export function setOfByte(byte: number): ByteSet {
  const set = singles[byte] ?? setOf((other) => other === byte);
  singles[byte] = set;
  return set;
}

export function setOfRange(first: number, last: number): ByteSet {
  return setOf((byte) => byte >= first && byte <= last);
}

export function complement(set: ByteSet): ByteSet {
  return set.map((value) => 1 - value);
}

export function union(sets: readonly ByteSet[]): ByteSet {
  return setOf((byte) => sets.some((set) => set[byte] === 1));
}

/** Adds the other case of each ASCII letter: PCRE2 without UTF folds no others. */
export function closeOverCase(set: ByteSet): ByteSet {
  let both = closed.get(set);
  if (both === undefined) {
    both = setOf((byte) => set[byte] === 1 || set[otherCase(byte)] === 1);
    closed.set(set, both);
  }
  return both;
}

export function isClosedOverCase(set: ByteSet): boolean {
  return set.every((value, byte) => value === set[otherCase(byte)]);
}

function otherCase(byte: number): number {
  const upper = byte >= 0x41 && byte <= 0x5a;
  const lower = byte >= 0x61 && byte <= 0x7a;
  return upper || lower ? byte ^ 0x20 : byte;
}

/** The letter or byte of a set that holds just one byte, or one letter in both cases: folded. */
export function foldedByteOf(set: ByteSet): number | undefined {
  let found: number | undefined;
  for (let byte = 0; byte < 256; byte++) {
    if (set[byte] !== 1) continue;
    const folded = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (found !== undefined && found !== folded) return undefined;
    found = folded;
  }
  return found;
}

function fromPattern(pattern: RegExp): ByteSet {
  return setOf((byte) => pattern.test(String.fromCharCode(byte)));
}

export const everyByte = setOf(() => true);
export const notNewline = setOf((byte) => byte !== 0x0a);

const digit = fromPattern(/[0-9]/);
const word = fromPattern(/[A-Za-z0-9_]/);
const space = fromPattern(/[\t-\r ]/);
const horizontal = fromPattern(/[\t \xa0]/);
const vertical = fromPattern(/[\n-\r\x85]/);

/** Escape letter → set, inside and outside of classes. */
export const escapedSets: ReadonlyMap<string, ByteSet> = new Map([
  ['d', digit],
  ['D', complement(digit)],
  ['w', word],
  ['W', complement(word)],
  ['s', space],
  ['S', complement(space)],
  ['h', horizontal],
  ['H', complement(horizontal)],
  ['v', vertical],
  ['V', complement(vertical)],
]);

/** POSIX class name → set, in the C locale. */
export const posixSets: ReadonlyMap<string, ByteSet> = new Map([
  ['alnum', fromPattern(/[A-Za-z0-9]/)],
  ['alpha', fromPattern(/[A-Za-z]/)],
  ['ascii', fromPattern(/[\x00-\x7f]/)],
  ['blank', fromPattern(/[ \t]/)],
  ['cntrl', fromPattern(/[\x00-\x1f\x7f]/)],
  ['digit', digit],
  ['graph', fromPattern(/[!-~]/)],
  ['lower', fromPattern(/[a-z]/)],
  ['print', fromPattern(/[ -~]/)],
  ['punct', fromPattern(/[!-/:-@[-`{-~]/)],
  ['space', space],
  ['upper', fromPattern(/[A-Z]/)],
  ['word', word],
  ['xdigit', fromPattern(/[0-9A-Fa-f]/)],
]);
