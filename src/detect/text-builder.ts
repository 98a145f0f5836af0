// Puts a latin1 text together from many pieces as bytes, which takes no memory for each of them.
import { longText, putLatin1, quotable } from './bytes.ts';

const quote = 0x22;
const backslash = 0x5c;
const firstSize = 16_384;
/** One that a huge event made larger is not kept. */
const mostKept = 1_048_576;

export class TextBuilder {
  private bytes = Buffer.allocUnsafeSlow(firstSize);
  private length = 0;

  add(text: string): void {
    this.makeRoom(text.length);
    this.put(text);
  }

  /** As JSON.stringify prints it. */
  addQuoted(text: string): void {
    this.makeRoom(text.length + 2);
    const start = this.length;
    this.bytes[this.length++] = quote;
    if (this.putUnescaped(text)) {
      this.bytes[this.length++] = quote;
      return;
    }
    this.length = start;
    this.add(JSON.stringify(text));
  }

  /** The text, and begins anew. */
  take(): string {
    const text = this.bytes.toString('latin1', 0, this.length);
    this.length = 0;
    if (this.bytes.length > mostKept) this.bytes = Buffer.allocUnsafeSlow(firstSize);
    return text;
  }

  /** False where something must be escaped; what has been put by then is to be put again. */
  private putUnescaped(text: string): boolean {
    const { length } = text;
    const { bytes } = this;
    if (length >= longText) {
      if (!quotable.test(text)) return false;
      this.put(text);
      return true;
    }
    let at = this.length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code < 0x20 || code === quote || code === backslash) return false;
      bytes[at++] = code;
    }
    this.length = at;
    return true;
  }

  private put(text: string): void {
    this.length = putLatin1(text, this.bytes, this.length);
  }

  private makeRoom(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const next = Buffer.allocUnsafeSlow(2 * (this.length + more));
    this.bytes.copy(next, 0, 0, this.length);
    this.bytes = next;
  }
}
