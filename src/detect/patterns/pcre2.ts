// PCRE2 as decoders and rules use it (no options, bytes), translated to native RegExp: same meaning, or an error.
// spec ruleset §4.4
import { isUtf8 } from 'node:buffer';
import { foldedByteOf } from './byte-sets.ts';
import type { Expression } from './expression.ts';
import {
  type CompileOptions,
  type PatternOwner,
  type PatternWatch,
  slowMs,
  timedLength,
  unwatched,
} from './pattern-watch.ts';
import { childrenOf, type Node, Pcre2Error } from './pcre2-ast.ts';
import { GAVE_UP, NO_MATCH } from './pcre2-backtrack.ts';
import { checkPcre2 } from './pcre2-check.ts';
import { CountedPattern } from './pcre2-counted.ts';
import { emitPcre2, isFoldable, mindsFinalNewline } from './pcre2-emit.ts';
import { splitGuards } from './pcre2-guards.ts';
import { longestForNative } from './pcre2-linear.ts';
import { requiredLiterals } from './pcre2-literals.ts';
import { type ParsedPcre2, parsePcre2 } from './pcre2-parse.ts';
import type { Subject } from './subject.ts';

export type Pcre2 = Expression & { readonly kind: 'pcre2' };

export type CompiledPcre2 =
  | { readonly ok: true; readonly regex: Pcre2 }
  | { readonly ok: false; readonly error: string };

export function compilePcre2(pattern: string, options: CompileOptions = { captures: false }): CompiledPcre2 {
  try {
    const parsed = parsePcre2(pattern);
    checkPcre2(parsed.root, options.captures);
    return { ok: true, regex: new CompiledPattern(pattern, parsed, options) };
  } catch (error) {
    if (error instanceof Pcre2Error || error instanceof SyntaxError) return { ok: false, error: error.message };
    throw error;
  }
}

/** Whether the pattern has a letter that stands for both its cases. */
function hasCaselessLiteral(node: Node): boolean {
  if (node.type !== 'set') return childrenOf(node).some(hasCaselessLiteral);
  const byte = foldedByteOf(node.set);
  return byte !== undefined && byte >= 0x61 && byte <= 0x7a;
}

class CompiledPattern implements Pcre2 {
  readonly kind = 'pcre2';
  readonly source: string;
  readonly owner: PatternOwner | undefined;
  captures: readonly string[] = [];
  readonly requiredLiteral: string | undefined;
  readonly requiredAnyOf: readonly string[] | undefined;
  readonly #parsed: ParsedPcre2;
  readonly #watch: PatternWatch;
  readonly #capture: boolean;
  /** The folded text is searched, so that caseless letters are plain ones. Captures need the text as it is. */
  readonly #onFolded: boolean;
  readonly #mindsFinalNewline: boolean;
  readonly #regexp: RegExp;
  readonly #groupMap: readonly number[];
  /** Longer texts are for the matcher that counts its steps. */
  #nativeLength: number;
  #finalNewlineRegexp: RegExp | undefined;
  /** What the subject must be like besides. */
  readonly #guards: readonly { readonly pattern: CompiledPattern; readonly negative: boolean }[];
  #counted: CountedPattern | undefined;

  constructor(source: string, whole: ParsedPcre2, options: CompileOptions) {
    const { captures, watch, owner } = options;
    this.source = source;
    this.owner = owner;
    const { guards, rest } = splitGuards(whole.root);
    const parsed = { ...whole, root: rest };
    const guardOptions = { ...options, captures: false };
    this.#guards = guards.map(({ root, negative }) => {
      return { pattern: new CompiledPattern(source, { root, groups: 0, utf: false }, guardOptions), negative };
    });
    this.#parsed = parsed;
    this.#watch = watch ?? unwatched;
    this.#capture = captures && parsed.groups > 0;
    this.#onFolded = !this.#capture && isFoldable(parsed.root) && hasCaselessLiteral(parsed.root);
    this.#mindsFinalNewline = mindsFinalNewline(parsed.root);
    const emitted = emitPcre2(parsed.root, { folded: this.#onFolded, finalNewline: false });
    this.#regexp = new RegExp(emitted.source, 'g');
    this.#groupMap = emitted.groupMap;
    this.#nativeLength = longestForNative(parsed.root, emitted.source);
    this.requiredAnyOf = requiredLiterals(parsed.root);
    this.requiredLiteral = this.requiredAnyOf?.length === 1 ? this.requiredAnyOf[0] : undefined;
  }

  test(subject: Subject, from = 0): boolean {
    return this.#run(subject, from, false) !== undefined;
  }

  match(subject: Subject, from = 0): number | undefined {
    return this.#run(subject, from, this.#capture);
  }

  #run(subject: Subject, from: number, capture: boolean): number | undefined {
    if (this.requiredLiteral !== undefined && !subject.folded.includes(this.requiredLiteral, from)) return undefined;
    const whole = this.#onFolded ? subject.folded : subject.text;
    const text = from === 0 ? whole : whole.slice(from);
    const end = this.#findSoon(text, capture);
    if (end < 0 || !this.#allows(subject, from)) return undefined;
    if (this.#parsed.utf && !isUtf8(Buffer.from(text, 'latin1'))) return undefined;
    return from + end - 1;
  }

  /** One of them that had to be given up forbids. */
  #allows(subject: Subject, from: number): boolean {
    for (const { pattern, negative } of this.#guards) {
      const whole = pattern.#onFolded ? subject.folded : subject.text;
      const end = pattern.#findSoon(from === 0 ? whole : whole.slice(from), false);
      if (end === GAVE_UP || end >= 0 === negative) return false;
    }
    return true;
  }

  #findSoon(text: string, capture: boolean): number {
    return text.length < timedLength ? this.#find(text, capture) : this.#findTimed(text, capture);
  }

  #findTimed(text: string, capture: boolean): number {
    const { now } = this.#watch;
    if (now === undefined) return this.#find(text, capture);
    const startMs = now();
    const end = this.#find(text, capture);
    if (end !== GAVE_UP && now() - startMs > slowMs) this.#watch.tell(this, 'time', text.length);
    return end;
  }

  /** The end of the first match, or a negative number. */
  #find(text: string, capture: boolean): number {
    if (text.length > this.#nativeLength) return this.#findCounted(text, capture);
    const regexp = this.#chooseRegexp(text);
    regexp.lastIndex = 0;
    try {
      if (!capture) return regexp.test(text) ? regexp.lastIndex : NO_MATCH;
      const found = regexp.exec(text);
      if (found === null) return NO_MATCH;
      this.captures = this.#readCaptures(found);
      return regexp.lastIndex;
    } catch {
      // The text is too long for V8's stack of ways back, or the pattern too large for its compiler, which starts with the first run.
      this.#nativeLength = Math.min(text.length - 1, this.#nativeLength);
      return this.#findCounted(text, capture);
    }
  }

  #findCounted(text: string, capture: boolean): number {
    this.#counted ??= new CountedPattern(this.#parsed, this.#capture);
    const limit = this.#watch.stepsFor(text.length);
    const end = this.#counted.find(text, limit);
    this.#watch.spend(this.#counted.steps, text.length);
    if (end === GAVE_UP) this.#watch.tell(this, 'steps', text.length);
    else if (end >= 0 && capture) this.captures = this.#counted.readCaptures(text);
    return end;
  }

  #chooseRegexp(text: string): RegExp {
    if (!this.#mindsFinalNewline || text.charCodeAt(text.length - 1) !== 0x0a) return this.#regexp;
    const options = { folded: this.#onFolded, finalNewline: true };
    this.#finalNewlineRegexp ??= new RegExp(emitPcre2(this.#parsed.root, options).source, 'g');
    return this.#finalNewlineRegexp;
  }

  /** Up to the highest group that took part; one in the middle that did not is empty. */
  #readCaptures(found: RegExpExecArray): string[] {
    const map = this.#groupMap;
    let last = map.length - 1;
    while (last > 0 && found[map[last] ?? 0] === undefined) last--;
    const texts: string[] = [];
    for (let index = 1; index <= last; index++) texts.push(found[map[index] ?? 0] ?? '');
    return texts;
  }
}
