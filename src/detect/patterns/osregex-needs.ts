// What a subject must have for an alternative of an osregex to match at all: quick to look for, and mostly not there.
import { setOf, union } from './byte-sets.ts';
import { CLASS_BASE, classList, END_OF_PATTERN, PAREN, type ParsedAlternative, STAR } from './osregex-parse.ts';

export interface Needs {
  /** The text with which a match begins, parens left out; empty where the pattern begins with a class. */
  readonly prefix: string;
  /** All runs of literal bytes, in the order in which a match contains them, none overlapping the next. */
  readonly runs: readonly string[];
  /** The run that fewest lines contain; '' where there is none. */
  readonly rarest: string;
  /** By byte, 1 where a subject can begin with it; undefined where that cannot be said. */
  readonly firstBytes: Uint8Array | undefined;
}

export function findNeeds(alternative: ParsedAlternative): Needs {
  const runs = literalRuns(alternative);
  const [first] = runs;
  const texts = runs.map(({ text }) => text);
  return {
    prefix: first?.leading === true ? first.text : '',
    runs: texts,
    rarest: texts.reduce((best, text) => (rarity(text) > rarity(best) ? text : best), ''),
    firstBytes: findFirstBytes(alternative),
  };
}

/** Whether the runs are in the folded text from `from` on, one after the other. */
export function hasRuns(runs: readonly string[], folded: string, from: number): boolean {
  let at = from;
  for (let index = 0; index < runs.length; index++) {
    const run = runs[index] as string;
    at = folded.indexOf(run, at);
    if (at < 0) return false;
    at += run.length;
  }
  return true;
}

/** How telling a text is: what every log is full of counts little. */
function rarity(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum += ' :.-/0123456789'.includes(text.charAt(at)) ? 1 : weightOf(text, at);
  return sum;
}

function weightOf(text: string, at: number): number {
  return /[a-z]/.test(text.charAt(at)) ? 2 : 3;
}

/** The runs of literal bytes of an alternative. Classes count for nothing, not even those of one byte: at the end of a subject the procedure can pass over one. */
function literalRuns(alternative: ParsedAlternative): { readonly text: string; readonly leading: boolean }[] {
  const { cells } = alternative;
  const runs: { text: string; leading: boolean }[] = [];
  let run = '';
  let leading = true;
  let previous = END_OF_PATTERN;
  const finish = (): void => {
    if (run !== '') runs.push({ text: run, leading });
    run = '';
    leading = false;
  };
  for (const cell of cells) {
    if (cell < 256) run += String.fromCharCode(cell);
    // A second paren in a row is compared as a literal "(": what follows it is no longer next to what came before.
    else if (cell !== PAREN || previous === PAREN) finish();
    previous = cell;
  }
  if (canLackLastLiteral(alternative)) runs.pop();
  return runs;
}

/** After a repeat, a last class and a single literal behind it look to the procedure like a last class with its quantifier. */
function canLackLastLiteral({ cells, length, end }: ParsedAlternative): boolean {
  return !end && length >= 3 && (cells[length - 1] ?? 0) < 256 && (cells[length - 2] ?? 0) >= CLASS_BASE;
}

function findFirstBytes({ cells, begin }: ParsedAlternative): Uint8Array | undefined {
  if (!begin) return undefined;
  const at = cells[0] === PAREN ? 1 : 0;
  const cell = cells[at] ?? END_OF_PATTERN;
  if (cell < 256) return setOf((byte) => cell === (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte));
  return cell >= CLASS_BASE && cells[at + 2] !== STAR ? classList[cell - CLASS_BASE] : undefined;
}

/** Of a pattern: what one of its alternatives allows. */
export function joinFirstBytes(alternatives: readonly Needs[]): Uint8Array | undefined {
  const sets = alternatives.map(({ firstBytes }) => firstBytes);
  const [only] = sets;
  if (sets.length === 1) return only;
  return sets.every((set) => set !== undefined) ? union(sets) : undefined;
}
