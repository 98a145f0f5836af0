// The stack of the step-counting matcher: entries of four numbers, the first of which is the kind.

/** [0, instruction, position, 0]: a way left open. */
export const WAY = 0;
/** [1, instruction that follows, lowest position, highest position left]: a greedy repeat. */
export const LONGER = 1;
/** [2, instruction, position so far, rounds left]: a lazy repeat. */
export const SHORTER = 2;
/** [3, slot, old value, 0]: what a group had captured. */
export const RESTORE = 3;
/** [4, instruction SUB, position, length of the trail]: a sub-match begins. */
export const BARRIER = 4;

const firstSize = 4096;
/** Numbers, 32 MiB of them. */
const mostSize = 1 << 23;

export class BackStack {
  numbers = new Int32Array(firstSize);
  /** Index behind the last entry. */
  top = 0;

  get isFull(): boolean {
    return this.top >= mostSize;
  }

  push(kind: number, x: number, y: number, z: number): void {
    const { top } = this;
    if (top + 4 > this.numbers.length) this.grow();
    const { numbers } = this;
    numbers[top] = kind;
    numbers[top + 1] = x;
    numbers[top + 2] = y;
    numbers[top + 3] = z;
    this.top = top + 4;
  }

  private grow(): void {
    const larger = new Int32Array(this.numbers.length * 2);
    larger.set(this.numbers);
    this.numbers = larger;
  }

  /** Takes away what lies above `bottom`, but for what restores captures. */
  cut(bottom: number): void {
    const { numbers } = this;
    let kept = bottom;
    for (let entry = bottom; entry < this.top; entry += 4) {
      if (numbers[entry] !== RESTORE) continue;
      numbers.copyWithin(kept, entry, entry + 4);
      kept += 4;
    }
    this.top = kept;
  }

  /** Takes away what lies above `bottom`, and puts the captures back that it changed. */
  undo(bottom: number, saves: Int32Array): void {
    const { numbers } = this;
    for (let entry = this.top - 4; entry >= bottom; entry -= 4) {
      if (numbers[entry] === RESTORE) saves[numbers[entry + 1] as number] = numbers[entry + 2] as number;
    }
    this.top = bottom;
  }

  /** Gives back what a long run needed. */
  shrink(): void {
    this.top = 0;
    if (this.numbers.length > firstSize * 16) this.numbers = new Int32Array(firstSize);
  }
}
