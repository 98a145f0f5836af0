// osmatch ("sregex"): alternatives of plain texts with optional anchors. // spec ruleset §4.2
import type { Expression } from './expression.ts';
import { foldAscii, type Subject } from './subject.ts';

interface Alternative {
  /** Folded, anchors removed. */
  readonly text: string;
  readonly begin: boolean;
  readonly end: boolean;
}

export type OsMatcher = Expression & { readonly kind: 'osmatch' };

/** Every text is a valid osmatch pattern. */
export function compileOsmatch(pattern: string): OsMatcher {
  return new CompiledOsmatch(pattern);
}

function parseAlternative(text: string): Alternative {
  const begin = text.startsWith('^');
  const rest = begin ? text.slice(1) : text;
  const end = rest.endsWith('$');
  return { text: end ? rest.slice(0, -1) : rest, begin, end };
}

/** An alternative that holds for every subject. */
function isAlwaysTrue(alternative: Alternative): boolean {
  return alternative.text === '' && !(alternative.begin && alternative.end);
}

class CompiledOsmatch implements OsMatcher {
  readonly kind = 'osmatch';
  readonly source: string;
  readonly captures: readonly string[] = [];
  readonly requiredLiteral: string | undefined;
  readonly requiredAnyOf: readonly string[] | undefined;
  readonly #negated: boolean;
  readonly #alternatives: readonly Alternative[];

  constructor(source: string) {
    this.source = source;
    this.#negated = source.startsWith('!');
    const folded = foldAscii(this.#negated ? source.slice(1) : source);
    this.#alternatives = folded.split('|').map(parseAlternative);
    const indexable = !this.#negated && this.#alternatives.every((alternative) => alternative.text !== '');
    this.requiredAnyOf = indexable ? this.#alternatives.map((alternative) => alternative.text) : undefined;
    this.requiredLiteral = this.requiredAnyOf?.length === 1 ? this.requiredAnyOf[0] : undefined;
  }

  test(subject: Subject, from = 0): boolean {
    const folded = subject.folded;
    for (const alternative of this.#alternatives) {
      if (holds(alternative, folded, from)) return !this.#negated;
    }
    return this.#negated;
  }

  match(subject: Subject, from = 0): number | undefined {
    return this.test(subject, from) ? subject.text.length - 1 : undefined;
  }
}

function holds(alternative: Alternative, folded: string, from: number): boolean {
  const { text, begin, end } = alternative;
  if (isAlwaysTrue(alternative)) return true;
  const length = folded.length - from;
  if (begin && end) return length === text.length && folded.startsWith(text, from);
  if (begin) return folded.startsWith(text, from);
  if (end) return length >= text.length && folded.endsWith(text);
  return folded.includes(text, from);
}
