// Reads what a script writes while it runs: the last part of it is kept, and the first line is found.
import { StringDecoder } from 'node:string_decoder';

/** Keeps the last bytes of what passes. */
export class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // Cut only at twice the limit, so that many small chunks do not each copy the whole.
    if (this.#length > 2 * this.#limit || this.#chunks.length > 1024) this.#cut();
  }

  text(): string {
    const cut = this.#length > this.#limit;
    const bytes = this.#cut();
    // The cut may have halved a character: its rest, up to three continuation bytes, goes.
    let start = 0;
    while (cut && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
    return bytes.toString('utf8', start);
  }

  #cut(): Buffer {
    const all = Buffer.concat(this.#chunks);
    const kept = Buffer.from(all.subarray(Math.max(0, all.length - this.#limit)));
    this.#chunks = [kept];
    this.#length = kept.length;
    return kept;
  }
}

/** `none`: the output ended, and nothing had been written. */
export type FirstLine =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'too_long' }
  | { readonly kind: 'none' };

/** Finds the first line of an output, or its end. What was written without a line end before the end counts as a line. */
export class FirstLineReader {
  /** Resolves once, at the line or where none will come. */
  readonly found: Promise<FirstLine>;
  readonly #limit: number;
  readonly #decoder = new StringDecoder('utf8');
  #resolve: (line: FirstLine) => void = () => undefined;
  #text = '';
  #bytes = 0;
  #done = false;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
    this.found = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  add(chunk: Buffer): void {
    if (this.#done) return;
    const end = chunk.indexOf(0x0a);
    const part = end === -1 ? chunk : chunk.subarray(0, end);
    this.#bytes += part.length;
    if (this.#bytes > this.#limit) {
      this.#finish({ kind: 'too_long' });
      return;
    }
    this.#text += this.#decoder.write(part);
    if (end !== -1) this.#finish({ kind: 'line', text: this.#text + this.#decoder.end() });
  }

  end(): void {
    if (this.#done) return;
    const text = this.#text + this.#decoder.end();
    this.#finish(text === '' ? { kind: 'none' } : { kind: 'line', text });
  }

  /** Takes what has come so far for the whole line; false where nothing has come. */
  takeUnfinished(): boolean {
    if (this.#done || this.#bytes === 0) return false;
    this.end();
    return true;
  }

  #finish(line: FirstLine): void {
    this.#done = true;
    this.#text = '';
    this.#resolve(line);
  }
}
