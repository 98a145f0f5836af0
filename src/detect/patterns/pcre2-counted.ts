// A pattern as the step-counting matcher runs it.

import type { ByteSet } from './pcre2-ast.ts';
import { GAVE_UP, matcher } from './pcre2-backtrack.ts';
import { firstBytes, isAnchored } from './pcre2-growth.ts';
import type { ParsedPcre2 } from './pcre2-parse.ts';
import { compileProgram, type Program } from './pcre2-program.ts';

export class CountedPattern {
  /** Steps of the last run. */
  steps = 0;
  readonly #program: Program;
  readonly #anchored: boolean;
  readonly #first: ByteSet | undefined;
  #saves: Int32Array = new Int32Array(0);

  constructor({ root, groups }: ParsedPcre2, captures: boolean) {
    this.#program = compileProgram(root, groups, captures);
    this.#anchored = isAnchored(root);
    this.#first = firstBytes(root);
  }

  /** The end of the first match, NO_MATCH, or GAVE_UP after `limit` steps. */
  find(text: string, limit: number): number {
    const end = matcher.search(this.#program, text, this.#anchored, this.#first, limit);
    this.steps = matcher.steps;
    if (end !== GAVE_UP) this.#saves = matcher.saves;
    return end;
  }

  /** Texts of the groups of the last match, up to the highest that took part. */
  readCaptures(text: string): string[] {
    const saves = this.#saves;
    let last = this.#program.groups;
    while (last > 0 && (saves[last * 2 + 1] ?? -1) < 0) last--;
    const texts: string[] = [];
    for (let group = 1; group <= last; group++) texts.push(text.slice(saves[group * 2], saves[group * 2 + 1]));
    return texts;
  }
}
