// osregex text → alternatives as arrays of cells, the form that the matching procedure walks. // spec ruleset §4.3
import { classTables } from './osregex-classes.ts';
import { foldAscii } from './subject.ts';

/** Cell values of 256 and above; below that a cell is a literal byte, already folded. */
export const PAREN = 256;
export const PLUS = 257;
export const STAR = 258;
export const END_OF_PATTERN = 259;
/** A class is two cells: CLASS_BASE + n, then a filler, as the procedure counts in such pairs. */
export const CLASS_BASE = 260;

/** Class n of a cell CLASS_BASE + n. */
export const classList: readonly Uint8Array[] = [...classTables.values()];
const classIndex = new Map([...classTables.keys()].map((letter, index) => [letter, index]));

export interface ParsedAlternative {
  /** Ends with three cells END_OF_PATTERN, so that looking ahead needs no bounds check. */
  readonly cells: Uint16Array;
  /** Number of real cells. */
  readonly length: number;
  readonly begin: boolean;
  readonly end: boolean;
  /** Per cell: how many parens stand before it. */
  readonly parenNumber: Uint8Array;
  readonly parens: number;
}

export type ParsedOsregex =
  | { readonly ok: true; readonly alternatives: readonly ParsedAlternative[] }
  | { readonly ok: false; readonly error: string };

const maxLength = 20_480;

export function parseOsregex(source: string): ParsedOsregex {
  if (source.length > maxLength) return { ok: false, error: `pattern longer than ${maxLength} bytes` };
  const parts = splitAlternatives(source);
  if (typeof parts === 'string') return { ok: false, error: parts };
  const alternatives: ParsedAlternative[] = [];
  for (const part of parts) {
    const parsed = parseAlternative(part);
    if (typeof parsed === 'string') return { ok: false, error: parsed };
    alternatives.push(parsed);
  }
  return { ok: true, alternatives };
}

/** Splits at each `|` outside escapes; checks escapes and parentheses. A string is an error. */
function splitAlternatives(source: string): string[] | string {
  const parts: string[] = [];
  let start = 0;
  let open = false;
  for (let i = 0; i < source.length; i++) {
    const char = source.charAt(i);
    if (char === '\\') {
      i++;
      const escaped = source.charAt(i);
      if (!classTables.has(escaped)) {
        return `unknown escape \\${escaped} at byte ${i - 1}`;
      }
    } else if (char === '(') {
      if (open) return `parenthesis inside a parenthesis at byte ${i}`;
      open = true;
    } else if (char === ')') {
      if (!open) return `) without ( at byte ${i}`;
      open = false;
    } else if (char === '|') {
      if (open) return `| inside a parenthesis at byte ${i}`;
      parts.push(source.slice(start, i));
      start = i + 1;
    }
  }
  if (open) return '( without )';
  parts.push(source.slice(start));
  return parts;
}

function parseAlternative(part: string): ParsedAlternative | string {
  const begin = part.startsWith('^');
  const cells: number[] = [];
  const parenNumber: number[] = [];
  let parens = 0;
  let end = false;
  let afterClass = false;
  const push = (cell: number): void => {
    cells.push(cell);
    parenNumber.push(parens);
  };
  for (let i = begin ? 1 : 0; i < part.length; i++) {
    const char = part.charAt(i);
    if (char === '\\') {
      i++;
      const cell = CLASS_BASE + (classIndex.get(part.charAt(i)) ?? 0);
      push(cell);
      push(cell);
      afterClass = true;
      continue;
    }
    if (char === '(' || char === ')') {
      push(PAREN);
      parens++;
      if (parens > 255) return 'more than 127 captures in one alternative';
    } else if (afterClass && (char === '+' || char === '*')) push(char === '+' ? PLUS : STAR);
    else if (char === '$' && i === part.length - 1) end = true;
    else push(foldAscii(char).charCodeAt(0));
    afterClass = false;
  }
  const length = cells.length;
  for (let i = 0; i < 3; i++) push(END_OF_PATTERN);
  return {
    cells: Uint16Array.from(cells),
    length,
    begin,
    end,
    parenNumber: Uint8Array.from(parenNumber),
    parens,
  };
}
