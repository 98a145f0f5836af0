// One interface over the pattern languages of decoders and rules: osmatch, osregex, PCRE2 and exact text. // spec ruleset §4.1
import { compileOsmatch } from './osmatch.ts';
import { compileOsregex } from './osregex.ts';
import type { CompileOptions } from './pattern-watch.ts';
import { compilePcre2 } from './pcre2.ts';
import { foldAscii, type Subject } from './subject.ts';

export { foldAscii, Subject } from './subject.ts';

export type ExpressionKind = 'osmatch' | 'osregex' | 'pcre2' | 'exact';

/**
 * A compiled pattern. `from` (default 0) makes the text from that offset on the whole subject: `^` holds there.
 * Not re-entrant: `captures` belongs to the last successful `match`.
 */
export interface Expression {
  readonly kind: ExpressionKind;
  /** The pattern as it was written. */
  readonly source: string;
  /**
   * The index of the last matched byte as the original counts it, in the whole text (not relative to `from`), or undefined.
   * It can be `from - 1`. For osmatch and exact, which have no such end, it is the last index of the text. // spec ruleset §4.3.2, §4.4
   */
  match(subject: Subject, from?: number): number | undefined;
  test(subject: Subject, from?: number): boolean;
  /** Texts captured by the last successful `match`; empty unless compiled with `captures`. Read it before the next `match`. */
  readonly captures: readonly string[];
  /** Folded text that every matching subject contains in its folded form; undefined where there is none. */
  readonly requiredLiteral: string | undefined;
  /** Folded texts of which every matching subject contains at least one; undefined where that cannot be said. */
  readonly requiredAnyOf: readonly string[] | undefined;
  /** By byte, 1 where a matching subject can begin with it; undefined where that cannot be said. Says nothing of the empty subject. */
  readonly firstBytes?: Uint8Array | undefined;
}

export type CompiledExpression =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly error: string };

/** Compiles a pattern of a decoder or rule file. Never throws for a bad pattern. */
export function compileExpression(
  kind: ExpressionKind,
  source: string,
  options: CompileOptions = { captures: false },
): CompiledExpression {
  switch (kind) {
    case 'exact':
      return { ok: true, expression: new ExactExpression(source) };
    case 'osmatch':
      return { ok: true, expression: compileOsmatch(source) };
    case 'osregex': {
      const compiled = compileOsregex(source, options);
      return compiled.ok ? { ok: true, expression: compiled.regex } : compiled;
    }
    case 'pcre2': {
      const compiled = compilePcre2(source, options);
      return compiled.ok ? { ok: true, expression: compiled.regex } : compiled;
    }
  }
}

/** Exact, case-sensitive equality: the default of a rule's `action`. */
class ExactExpression implements Expression {
  readonly kind = 'exact';
  readonly source: string;
  readonly captures: readonly string[] = [];
  readonly requiredLiteral: string | undefined;
  readonly requiredAnyOf: readonly string[] | undefined;

  constructor(source: string) {
    this.source = source;
    this.requiredLiteral = source === '' ? undefined : foldAscii(source);
    this.requiredAnyOf = this.requiredLiteral === undefined ? undefined : [this.requiredLiteral];
  }

  test(subject: Subject, from = 0): boolean {
    return from === 0 ? subject.text === this.source : subject.text.slice(from) === this.source;
  }

  match(subject: Subject, from = 0): number | undefined {
    return this.test(subject, from) ? subject.text.length - 1 : undefined;
  }
}
