// Texts of remembered events, as bytes in one block that the collector of memory never looks through. What came first is let go first.

import { putLatin1 } from '../bytes.ts';

const smallest = 65_536;

/** Told where each kept byte is from now on. */
export type OnMoved = (newPlaceOf: (at: number) => number) => void;

export class TextRing {
  bytes: Buffer = Buffer.allocUnsafeSlow(smallest);
  /** Where what is kept begins and ends; equal where nothing is kept. */
  private start = 0;
  private end = 0;
  private readonly onMoved: OnMoved;

  constructor(onMoved: OnMoved) {
    this.onMoved = onMoved;
  }

  /** Room for so many bytes in a row, after all others. Returns where; `bytes` may be another block then. */
  reserve(length: number): number {
    if (length === 0) return this.end;
    if (!this.fits(length)) this.resize(2 * (this.kept + length));
    const at = this.end;
    this.end += length;
    return at;
  }

  /** From now on what is kept begins there; undefined: nothing is kept. */
  release(start: number | undefined): void {
    if (start === undefined) this.end = 0;
    this.start = start ?? 0;
  }

  /** Writes a latin1 text and returns the offset behind it. The room has been reserved. */
  put(text: string, at: number): number {
    return putLatin1(text, this.bytes, at);
  }

  read(at: number, length: number): string {
    return this.bytes.toString('latin1', at, at + length);
  }

  equals(text: string, at: number, length: number): boolean {
    if (text.length !== length) return false;
    const { bytes } = this;
    for (let index = 0; index < length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
    return true;
  }

  private get kept(): number {
    const { start, end } = this;
    return start <= end ? end - start : this.bytes.length - start + end;
  }

  /** Also goes on at the beginning of the block, where that is what it takes. The end never catches up with the start. */
  private fits(length: number): boolean {
    const { start, end } = this;
    if (start > end) return end + length < start;
    if (end + length <= this.bytes.length) return true;
    if (length >= start) return false;
    // A block that a few long events have made large is given back.
    if (this.bytes.length > smallest && this.kept + length < this.bytes.length / 8) return false;
    this.end = 0;
    return true;
  }

  private resize(length: number): void {
    const { bytes: old, start, end, kept } = this;
    const next = Buffer.allocUnsafeSlow(Math.max(smallest, length));
    const first = old.copy(next, 0, start, start <= end ? end : old.length);
    if (start > end) old.copy(next, first, 0, end);
    this.bytes = next;
    this.start = 0;
    this.end = kept;
    this.onMoved((at) => (at >= start ? at - start : at - start + old.length));
  }
}
