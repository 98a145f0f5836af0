// What patterns are tried on: the text and its ASCII-folded form, folded once however many patterns look at it.

const nonAscii = /[\x80-\xff]/;

/** Lower-cases A–Z only; every other byte stays. The length never changes. // spec ruleset §4.2, §4.3 */
export function foldAscii(text: string): string {
  return nonAscii.test(text) ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : text.toLowerCase();
}

/** One latin1 ("binary") text, one char a byte. Make one per event and field, and hand it to every pattern. */
export class Subject {
  readonly text: string;
  #folded: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The text with A–Z lower-cased; computed at the first use. */
  get folded(): string {
    this.#folded ??= foldAscii(this.text);
    return this.#folded;
  }
}
