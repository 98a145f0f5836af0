// Which states of a run have failed: a state is an instruction at which ways part, and a position in the text.
import type { Program } from './pcre2-program.ts';

/** Bits, 16 MiB of them. Beyond that nothing is remembered, and the limit of steps has to do. */
const mostBits = 1 << 27;

export class FailedStates {
  private bits: Uint32Array | undefined = undefined;
  private width = 0;
  /** Bits set inside the sub-matches that are open. */
  private readonly trail: number[] = [];

  /** Nothing is remembered until `open`. */
  clear(): void {
    this.bits = undefined;
    this.trail.length = 0;
  }

  /** A new attempt; what failed stays so. */
  clearTrail(): void {
    this.trail.length = 0;
  }

  /** True once `open` was called. */
  get isOpen(): boolean {
    return this.bits !== undefined;
  }

  /** From here on states are remembered, where that is sound and where there is room. */
  open(program: Program, length: number): void {
    this.width = length + 1;
    const bits = program.states * this.width;
    this.bits = new Uint32Array(program.memorable && bits <= mostBits ? (bits >>> 5) + 1 : 0);
  }

  /**
   * Whether the state was entered before. The first time is over then, and it failed: had it not, the run would be too.
   * @param inside whether a sub-match is open, which may succeed without the run being over
   */
  isKnown(state: number, at: number, inside: boolean): boolean {
    const { bits } = this;
    if (bits === undefined || bits.length === 0) return false;
    const bit = state * this.width + at;
    const word = bits[bit >>> 5] as number;
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return true;
    bits[bit >>> 5] = word | mask;
    if (inside) this.trail.push(bit);
    return false;
  }

  get trailLength(): number {
    return this.trail.length;
  }

  /** States of a sub-match that succeeded have not failed: it may be asked again. */
  forget(from: number): void {
    const { trail, bits } = this;
    if (bits === undefined) return;
    for (let index = from; index < trail.length; index++) {
      const bit = trail[index] as number;
      bits[bit >>> 5] = (bits[bit >>> 5] as number) & ~(1 << (bit & 31));
    }
    trail.length = Math.min(trail.length, from);
  }
}
