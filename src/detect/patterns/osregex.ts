// osregex: Wazuh's own pattern language, compiled to cells and run by the original's procedure. // spec ruleset §4.3
import type { Expression } from './expression.ts';
import { findNeeds, hasRuns, joinFirstBytes, type Needs } from './osregex-needs.ts';
import { type ParsedAlternative, parseOsregex } from './osregex-parse.ts';
import { cost, marks, NONE, scan } from './osregex-run.ts';
import { type CompileOptions, type PatternOwner, type PatternWatch, unwatched } from './pattern-watch.ts';
import type { Subject } from './subject.ts';

export type Osregex = Expression & { readonly kind: 'osregex' };

export type CompiledOsregex =
  | { readonly ok: true; readonly regex: Osregex }
  | { readonly ok: false; readonly error: string };

export function compileOsregex(pattern: string, options: CompileOptions): CompiledOsregex {
  const parsed = parseOsregex(pattern);
  if (!parsed.ok) return parsed;
  return { ok: true, regex: new CompiledPattern(pattern, parsed.alternatives, options) };
}

interface Alternative extends Needs {
  readonly parsed: ParsedAlternative;
  /** The whole alternative is literal text without parens. */
  readonly plain: boolean;
}

function prepareAlternative(parsed: ParsedAlternative): Alternative {
  const needs = findNeeds(parsed);
  const { prefix } = needs;
  return { ...needs, parsed, plain: prefix !== '' && prefix.length === parsed.length };
}

class CompiledPattern implements Osregex {
  readonly kind = 'osregex';
  readonly source: string;
  readonly owner: PatternOwner | undefined;
  captures: readonly string[] = [];
  readonly requiredLiteral: string | undefined;
  readonly requiredAnyOf: readonly string[] | undefined;
  readonly firstBytes: Uint8Array | undefined;
  readonly #alternatives: readonly Alternative[];
  readonly watch: PatternWatch;
  readonly #capture: boolean;

  constructor(source: string, alternatives: readonly ParsedAlternative[], { captures, watch, owner }: CompileOptions) {
    this.source = source;
    this.owner = owner;
    this.watch = watch ?? unwatched;
    this.#capture = captures;
    this.#alternatives = alternatives.map(prepareAlternative);
    this.firstBytes = joinFirstBytes(this.#alternatives);
    const required = this.#alternatives.map((alternative) => alternative.rarest);
    this.requiredAnyOf = required.includes('') ? undefined : required;
    this.requiredLiteral = required.length === 1 ? this.requiredAnyOf?.[0] : undefined;
  }

  test(subject: Subject, from = 0): boolean {
    for (const alternative of this.#alternatives) {
      if (findEnd(this, alternative, subject, from, false) !== NONE) return true;
    }
    return false;
  }

  match(subject: Subject, from = 0): number | undefined {
    for (const alternative of this.#alternatives) {
      const end = findEnd(this, alternative, subject, from, this.#capture);
      if (end === NONE) continue;
      if (this.#capture) this.captures = readCaptures(alternative.parsed.parens, subject.text, from);
      return from + end;
    }
    return undefined;
  }
}

/** The end relative to `from`, or NONE. Cheap refusals first; only then the scan. */
function findEnd(
  pattern: CompiledPattern,
  alternative: Alternative,
  subject: Subject,
  from: number,
  capture: boolean,
): number {
  const { parsed, prefix, runs, rarest, firstBytes } = alternative;
  const { text } = subject;
  if (firstBytes !== undefined && from < text.length && firstBytes[text.charCodeAt(from)] === 0) return NONE;
  if (alternative.plain) return findPlain(alternative, subject.folded, from);
  let start = from;
  if (rarest !== '') {
    const { folded } = subject;
    if (parsed.begin && prefix !== '' && !folded.startsWith(prefix, from)) return NONE;
    if (rarest !== prefix && !folded.includes(rarest, from)) return NONE;
    if (!parsed.begin && prefix !== '') start = folded.indexOf(prefix, from);
    if (start < 0 || (runs.length > 1 && !hasRuns(runs, folded, start))) return NONE;
  }
  const end = scan(parsed, text, from, start, capture, pattern.watch);
  if (cost.steps > 0) settle(pattern, text.length - from);
  return end;
}

/** After a scan that took long. */
function settle(pattern: CompiledPattern, length: number): void {
  pattern.watch.spend(cost.steps, length);
  if (cost.gaveUp) pattern.watch.tell(pattern, 'steps', length);
  cost.steps = 0;
  cost.gaveUp = false;
}

function findPlain({ parsed, prefix }: Alternative, folded: string, from: number): number {
  const length = folded.length - from;
  if (parsed.begin) {
    const matches = folded.startsWith(prefix, from) && (!parsed.end || length === prefix.length);
    return matches ? prefix.length - 1 : NONE;
  }
  if (parsed.end) return length >= prefix.length && folded.endsWith(prefix) ? length - 1 : NONE;
  const at = folded.indexOf(prefix, from);
  return at < 0 ? NONE : at - from + prefix.length - 1;
}

/** Marks in pairs (open, close), in order; the first incomplete pair ends the list. */
function readCaptures(parens: number, text: string, from: number): string[] {
  const texts: string[] = [];
  for (let k = 0; k + 1 < parens; k += 2) {
    const open = marks[k] ?? NONE;
    const close = marks[k + 1] ?? NONE;
    if (open === NONE || close === NONE) break;
    texts.push(text.slice(from + open, from + close));
  }
  return texts;
}
