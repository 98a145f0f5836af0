// PCRE2 as decoders and rules use it (no options, bytes), translated to native RegExp: same meaning, or an error.
// spec ruleset §4.4
import { isUtf8 } from 'node:buffer';
import { setFlagsFromString } from 'node:v8';
import { foldedByteOf } from './byte-sets.ts';
import type { Expression } from './expression.ts';
import { childrenOf, type Node, Pcre2Error } from './pcre2-ast.ts';
import { checkPcre2 } from './pcre2-check.ts';
import { emitPcre2, isFoldable, mindsFinalNewline } from './pcre2-emit.ts';
import { requiredLiterals } from './pcre2-literals.ts';
import { type ParsedPcre2, parsePcre2 } from './pcre2-parse.ts';
import type { Subject } from './subject.ts';

// A pattern that backtracks without end on a crafted line is finished by V8's linear engine where that engine can run it.
// Must stand before any RegExp of a ruleset is built.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

export type Pcre2 = Expression & { readonly kind: 'pcre2' };

export type CompiledPcre2 =
  | { readonly ok: true; readonly regex: Pcre2 }
  | { readonly ok: false; readonly error: string };

export interface Pcre2Options {
  /** Captures are made only for a decoder's `regex`. */
  readonly captures: boolean;
}

export function compilePcre2(pattern: string, options: Pcre2Options = { captures: false }): CompiledPcre2 {
  try {
    const parsed = parsePcre2(pattern);
    checkPcre2(parsed.root, options.captures);
    return { ok: true, regex: new CompiledPattern(pattern, parsed, options.captures) };
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
  captures: readonly string[] = [];
  readonly requiredLiteral: string | undefined;
  readonly requiredAnyOf: readonly string[] | undefined;
  readonly #parsed: ParsedPcre2;
  readonly #capture: boolean;
  /** The folded text is searched, so that caseless letters are plain ones. Captures need the text as it is. */
  readonly #onFolded: boolean;
  readonly #mindsFinalNewline: boolean;
  readonly #regexp: RegExp;
  readonly #groupMap: readonly number[];
  #finalNewlineRegexp: RegExp | undefined;

  constructor(source: string, parsed: ParsedPcre2, captures: boolean) {
    this.source = source;
    this.#parsed = parsed;
    this.#capture = captures && parsed.groups > 0;
    this.#onFolded = !this.#capture && isFoldable(parsed.root) && hasCaselessLiteral(parsed.root);
    this.#mindsFinalNewline = mindsFinalNewline(parsed.root);
    const emitted = emitPcre2(parsed.root, { folded: this.#onFolded, finalNewline: false });
    this.#regexp = new RegExp(emitted.source, 'g');
    this.#groupMap = emitted.groupMap;
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
    const regexp = this.#chooseRegexp(text);
    regexp.lastIndex = 0;
    if (capture) {
      const found = regexp.exec(text);
      if (found === null) return undefined;
      this.captures = this.#readCaptures(found);
    } else if (!regexp.test(text)) return undefined;
    if (this.#parsed.utf && !isUtf8(Buffer.from(text, 'latin1'))) return undefined;
    return from + regexp.lastIndex - 1;
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
