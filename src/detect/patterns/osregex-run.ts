// The matching procedure of osregex, step by step as the original scans. It is not a regular-expression engine, and
// decoders depend on its results: letters in comments are the steps of // spec ruleset §4.3.1
import { CLASS_BASE, classList, END_OF_PATTERN, PAREN, type ParsedAlternative, PLUS, STAR } from './osregex-parse.ts';
import type { PatternWatch } from './pattern-watch.ts';
import { foldAscii } from './subject.ts';

/** "No match", and a `last` that does not exist. A real end is never below -1. */
export const NONE = -9;

const maxSlots = 4;
const openParenByte = 0x28;
const slotP = new Int32Array(maxSlots);
const slotI = new Int32Array(maxSlots);

/** Marks of the last scan, per paren; NONE where missing. Shared: read them before the next scan. */
export const marks = new Int32Array(256);

/** What scans cost that took long: 0 and false otherwise. Shared: whoever reads it puts it back. */
export const cost = {
  /** Bytes that were looked at again. */
  steps: 0,
  /** The limit was reached: the scan ended as if nothing matched. */
  gaveUp: false,
};

/** So many are free: nearly all scans end before, and are not to pay for the count. */
const freeSteps = 16_384;

const foldTable = Uint8Array.from({ length: 256 }, (_, byte) => foldAscii(String.fromCharCode(byte)).charCodeAt(0));

// One flat table over all classes: a single typed-array load decides acceptance.
const accepts = new Uint8Array(classList.length * 256);
classList.forEach((table, index) => {
  accepts.set(table, index * 256);
});

function isClass(cell: number): boolean {
  return cell >= CLASS_BASE;
}

function classAccepts(cell: number, byte: number): boolean {
  return accepts[(cell - CLASS_BASE) * 256 + byte] === 1;
}

function isQuantifier(cell: number): boolean {
  return cell === PLUS || cell === STAR;
}

/** The byte that a cell is compared with when it is not a class: a paren that was not skipped counts as "(". */
function literalOf(cell: number): number {
  return cell === PAREN ? openParenByte : cell;
}

/**
 * Scans `text` from `from`, and returns the end relative to `from`, or NONE.
 * `start` (≥ from) skips bytes at which the first literal cannot begin. A failed start goes on behind its first byte, and up to
 * four places within a start are come back to: on a crafted text each byte may be looked at very often. `watch` says how many times in all.
 */
export function scan(
  alternative: ParsedAlternative,
  text: string,
  from: number,
  start: number,
  capture: boolean,
  watch: PatternWatch,
): number {
  const { cells, length: end, parenNumber } = alternative;
  const cellAt = (index: number): number => cells[index] ?? END_OF_PATTERN;
  const n = text.length - from;
  let p = 0;
  let last = 0;
  let rep = false;
  let again = NONE;
  let slots = 0;
  let steps = 0;
  marks.fill(NONE, 0, alternative.parens);
  for (let i = start - from; i < n; i++) {
    const byte = text.charCodeAt(from + i);
    // A
    if (p >= end) {
      if (!alternative.end) return last;
    } else if (cellAt(p) === PAREN) {
      marks[parenNumber[p] ?? 0] = i;
      p++;
      if (p >= end && !alternative.end) return last;
    }
    const cell = cellAt(p);
    if (isClass(cell)) {
      if (classAccepts(cell, byte)) {
        // B1
        let q = p + 2;
        const quantifier = cellAt(q);
        if (!isQuantifier(quantifier)) {
          p = q;
          if (again === NONE) again = i;
          last = i;
          continue;
        }
        if (quantifier === STAR) rep = true;
        q++;
        if (!rep) {
          if (cellAt(q) === PAREN) marks[parenNumber[q] ?? 0] = i === n - 1 ? i + 1 : i;
          rep = true;
          last = i;
          continue;
        }
        if (cellAt(q) === PAREN) q++;
        const next = cellAt(q);
        let jump = -1;
        if (next === END_OF_PATTERN) jump = 1;
        else if (isClass(next)) {
          if (classAccepts(next, byte)) jump = isQuantifier(cellAt(q + 2)) ? 0 : 2;
        } else if (literalOf(next) === foldTable[byte]) {
          rep = false;
          jump = 1;
        }
        if (jump >= 0) {
          if (cellAt(q - 1) === PAREN) marks[parenNumber[q - 1] ?? 0] = rep && jump === 1 ? i + 1 : i;
          if (next === END_OF_PATTERN) continue;
          if (slots < maxSlots) {
            slotP[slots] = p;
            slotI[slots] = i;
            slots++;
          }
          p = q + jump;
        }
        last = i;
        continue;
      }
      // B2
      const quantifier = cellAt(p + 2);
      if (rep && last !== NONE && (p + 2 === end || p + 3 === end)) {
        last = i;
        if (!alternative.end) return last;
        rep = false;
      } else if (quantifier === PLUS && rep) {
        p += 3;
        i--;
        rep = false;
        continue;
      } else if (quantifier === STAR) {
        p += 3;
        i--;
        last = i;
        rep = false;
        continue;
      } else rep = false;
    } else if (literalOf(cell) === foldTable[byte]) {
      // C
      p++;
      if (again === NONE) again = i;
      last = i;
      continue;
    }
    // D
    if (slots > 0) {
      slots--;
      p = slotP[slots] ?? 0;
      steps += i - (slotI[slots] ?? 0);
      if (steps > freeSteps && isOver(steps, n, watch)) return NONE;
      i = slotI[slots] ?? 0;
      continue;
    }
    if (alternative.begin) return NONE;
    if (again !== NONE) {
      steps += i - again;
      if (steps > freeSteps && isOver(steps, n, watch)) return NONE;
      i = again;
      again = NONE;
    }
    p = 0;
    last = NONE;
  }
  return acceptAtEnd(alternative, p, rep, capture, n) ? last : NONE;
}

function isOver(steps: number, length: number, watch: PatternWatch): boolean {
  cost.steps = steps;
  if (steps <= watch.stepsFor(length)) return false;
  cost.gaveUp = true;
  return true;
}

/** What may still be open when the subject is used up. */
function acceptAtEnd(alternative: ParsedAlternative, at: number, rep: boolean, capture: boolean, n: number): boolean {
  const { cells, length: end, parenNumber } = alternative;
  const cellAt = (index: number): number => cells[index] ?? END_OF_PATTERN;
  let p = at;
  if (capture && alternative.parens > 0) {
    while (p < end && cellAt(p) !== PAREN && isClass(cellAt(p)) && cellAt(p + 2) === STAR) p += 3;
    // p stays where this leaves it, so that a pattern can match with captures and not without: as the original does.
    if (cellAt(p) === PAREN) marks[parenNumber[p] ?? 0] = n;
  }
  const skipParen = (): void => {
    if (cellAt(p) === PAREN) p++;
  };
  skipParen();
  if (p >= end) return true;
  if (isClass(cellAt(p)) && rep) {
    p += 2;
    if (isQuantifier(cellAt(p))) {
      p++;
      skipParen();
      if (p >= end) return true;
      if (isClass(cellAt(p))) {
        p += 2;
        if (cellAt(p) === STAR) {
          p++;
          skipParen();
          if (p >= end) return true;
        }
      }
    }
  }
  if (isClass(cellAt(p))) {
    p += 2;
    if (cellAt(p) === STAR) {
      p++;
      skipParen();
      return p >= end;
    }
  }
  return false;
}
