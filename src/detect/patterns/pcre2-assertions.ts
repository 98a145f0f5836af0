// The assertions of PCRE2 that consume nothing, on latin1 text. // spec ruleset §4.4
import type { Assertion } from './pcre2-ast.ts';

const newline = 0x0a;

export function holdsAt(what: Assertion | undefined, text: string, at: number): boolean {
  const { length } = text;
  switch (what) {
    case 'start':
      return at === 0;
    case 'lineStart':
      return at === 0 || (at < length && text.charCodeAt(at - 1) === newline);
    case 'end':
      return at === length;
    case 'endOrFinalNewline':
      return at === length || (at === length - 1 && text.charCodeAt(at) === newline);
    case 'lineEnd':
      return at === length || text.charCodeAt(at) === newline;
    case 'wordBoundary':
      return isWordAt(text, at - 1) !== isWordAt(text, at);
    case 'notWordBoundary':
      return isWordAt(text, at - 1) === isWordAt(text, at);
    case undefined:
      return false;
  }
}

function isWordAt(text: string, at: number): boolean {
  if (at < 0 || at >= text.length) return false;
  const code = text.charCodeAt(at);
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a)
  );
}

/**
 * The end of what repeats the text of a group, or -1. Letters fold as ASCII only: PCRE2 without UTF.
 * @param saves start and end of each group
 */
export function referenceEnd(saves: Int32Array, group: number, caseless: boolean, text: string, at: number): number {
  const start = saves[group * 2] ?? -1;
  const length = (saves[group * 2 + 1] ?? -1) - start;
  if (start < 0 || length < 0 || at + length > text.length) return -1;
  for (let index = 0; index < length; index++) {
    const wanted = text.charCodeAt(start + index);
    const found = text.charCodeAt(at + index);
    if (wanted !== found && !(caseless && lowerOf(wanted) === lowerOf(found))) return -1;
  }
  return at + length;
}

function lowerOf(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
