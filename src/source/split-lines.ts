// Bytes to lines: the fastest way that Node has, without keeping a chunk alive for the sake of one line.

/** Longer lines are cut here and the rest of them is skipped. Bytes. */
export const longestLine = 1_048_576;

/** Takes one line: its latin1 text without the line end, the offset of its first byte, and whether it was cut at longestLine. */
export type TakeLine = (text: string, offset: number, cut: boolean) => void;

/**
 * Splits a stream of bytes at `\n` (a `\r` before it goes too). Part of a line is kept until its end arrives; never more than longestLine bytes of it.
 * Each line is decoded by itself: a slice of a decoded chunk would keep the whole chunk in memory for as long as somebody holds the line.
 */
export class LineSplitter {
  /** Offset of the next byte expected. */
  private offset: number;
  /** The rest of a line that was cut is being passed over. */
  private skipping: boolean;
  private parts: Buffer[] = [];
  private partLength = 0;

  constructor(offset: number, skipping = false) {
    this.offset = offset;
    this.skipping = skipping;
  }

  /** Where reading goes on. */
  get readOffset(): number {
    return this.offset;
  }

  /** Where reading must begin again so that no line is lost: the start of the line that is not yet whole. */
  get resumeOffset(): number {
    return this.offset - this.partLength;
  }

  /** To be handed to the constructor with resumeOffset. */
  get isSkipping(): boolean {
    return this.skipping;
  }

  /** `bytes` may be used again by the caller afterwards. */
  push(bytes: Buffer, take: TakeLine): void {
    const base = this.offset;
    const length = bytes.length;
    let start = 0;
    while (start < length) {
      const end = bytes.indexOf(10, start);
      if (end < 0) break;
      if (this.skipping) this.skipping = false;
      else if (this.partLength > 0) this.takeJoined(bytes.subarray(start, end), take);
      else takeWhole(bytes, start, end, base + start, take);
      start = end + 1;
      this.offset = base + start;
    }
    this.offset = base + length;
    if (start < length && !this.skipping) this.keep(bytes.subarray(start), take);
  }

  /** The end of the stream is the end of the last line too. */
  finish(take: TakeLine): void {
    if (this.partLength > 0) this.takeJoined(Buffer.alloc(0), take);
  }

  private keep(rest: Buffer, take: TakeLine): void {
    this.parts.push(Buffer.from(rest));
    this.partLength += rest.length;
    // One byte more is let in, for the `\r` of a line that just fits.
    if (this.partLength <= longestLine + 1) return;
    const start = this.offset - this.partLength;
    const whole = this.takeParts();
    this.skipping = true;
    take(whole.toString('latin1', 0, longestLine), start, true);
  }

  private takeJoined(rest: Buffer, take: TakeLine): void {
    // `this.offset` is where the chunk began, or where its last line ended: both are where the kept part ends.
    const start = this.offset - this.partLength;
    this.parts.push(rest);
    const whole = this.takeParts();
    takeWhole(whole, 0, whole.length, start, take);
  }

  private takeParts(): Buffer {
    const whole = Buffer.concat(this.parts);
    this.parts = [];
    this.partLength = 0;
    return whole;
  }
}

function takeWhole(bytes: Buffer, start: number, end: number, offset: number, take: TakeLine): void {
  const textEnd = end > start && bytes[end - 1] === 13 ? end - 1 : end;
  const cut = textEnd - start > longestLine;
  take(bytes.toString('latin1', start, cut ? start + longestLine : textEnd), offset, cut);
}
