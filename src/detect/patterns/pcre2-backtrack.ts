// PCRE2's way of matching with a limit of steps, for patterns that no engine of the runtime can run in bounded time: those
// with lookaround, references or large counts. It backtracks as PCRE2 does, but from an explicit stack, and once a run
// gets long it remembers from which states nothing was found, so that what is exponential elsewhere is about linear here.
import { holdsAt, referenceEnd } from './pcre2-assertions.ts';
import { FailedStates } from './pcre2-failed-states.ts';
import { LastRuns } from './pcre2-last-runs.ts';
import {
  ASSERT,
  ATOMIC,
  assertions,
  BACK,
  BACKREFERENCE,
  GREEDY,
  JUMP,
  LAZY,
  MATCH,
  NEGATIVE_LOOK,
  type Program,
  SAVE,
  SET,
  SPLIT,
  STAR,
  SUB,
  SUB_END,
  TIMES,
  UP_TO,
} from './pcre2-program.ts';
import { BARRIER, BackStack, LONGER, RESTORE, SHORTER, WAY } from './pcre2-stack.ts';

export const NO_MATCH = -1;
/** The limit of steps, or of memory, was reached. */
export const GAVE_UP = -2;

/** One run at a time: all patterns share this. */
class Matcher {
  /** Ends and starts of groups after a match; -1 where not set. */
  saves = new Int32Array(0);
  steps = 0;
  private code: Int32Array = new Int32Array(0);
  private sets: Uint8Array = new Uint8Array(0);
  private stateOf: Int32Array = new Int32Array(0);
  private text = '';
  private readonly stack = new BackStack();
  private readonly failed = new FailedStates();
  /** Where the entries of open sub-matches lie in the stack. */
  private readonly barriers: number[] = [];
  private readonly runs = new LastRuns();

  /**
   * The end of the first match, NO_MATCH or GAVE_UP.
   * @param first bytes with which a match can begin, where known
   */
  search(program: Program, text: string, anchored: boolean, first: Uint8Array | undefined, limit: number): number {
    this.begin(program, text);
    const last = anchored ? 0 : text.length;
    for (let start = 0; start <= last; start++) {
      if (first !== undefined && first[text.charCodeAt(start)] !== 1) continue;
      const end = this.attempt(program, start, limit);
      if (end !== NO_MATCH) return this.finish(end);
      if (this.steps > limit) return this.finish(GAVE_UP);
      this.steps++;
    }
    return this.finish(NO_MATCH);
  }

  private begin(program: Program, text: string): void {
    this.code = program.code;
    this.sets = program.sets;
    this.stateOf = program.stateOf;
    this.text = text;
    this.steps = 0;
    this.saves = new Int32Array((program.groups + 1) * 2);
    this.failed.clear();
    this.runs.clear(program.states);
  }

  private finish(result: number): number {
    this.text = '';
    this.failed.clear();
    this.stack.shrink();
    return result;
  }

  private attempt(program: Program, start: number, limit: number): number {
    const { code, text, stack, failed } = this;
    stack.top = 0;
    failed.clearTrail();
    this.barriers.length = 0;
    this.saves.fill(-1);
    const length = text.length;
    let pc = 0;
    let at = start;
    for (;;) {
      if (++this.steps > limit || stack.isFull) return GAVE_UP;
      if (!failed.isOpen && this.steps > 4 * length + 4096) failed.open(program, length);
      const base = pc * 4;
      const a = code[base + 1] as number;
      const b = code[base + 2] as number;
      let next = pc + 1;
      switch (code[base]) {
        case SET:
          if (at < length && this.accepts(a, at)) at++;
          else next = -1;
          break;
        case SPLIT:
          if (this.isKnown(pc, at)) next = -1;
          else {
            stack.push(WAY, b, at, 0);
            next = a;
          }
          break;
        case JUMP:
          next = a;
          break;
        case SAVE:
          stack.push(RESTORE, a, this.saves[a] as number, 0);
          this.saves[a] = at;
          break;
        case ASSERT:
          if (!holdsAt(assertions[a], text, at)) next = -1;
          break;
        case SUB:
          if (this.isKnown(pc, at)) next = -1;
          else {
            this.barriers.push(stack.top);
            stack.push(BARRIER, pc, at, failed.trailLength);
          }
          break;
        case SUB_END: {
          const sub = this.closeSub();
          const kind = code[sub * 4 + 1];
          if (kind === NEGATIVE_LOOK) next = -1;
          else if (kind !== ATOMIC) at = this.subStart;
          break;
        }
        case BACKREFERENCE: {
          const end = referenceEnd(this.saves, a, b === 1, text, at);
          if (end < 0) next = -1;
          else {
            this.steps += end - at;
            at = end;
          }
          break;
        }
        case TIMES: {
          const end = this.runFrom(a, at, at + b);
          if (end === at + b) at = end;
          else next = -1;
          break;
        }
        case STAR:
        case UP_TO: {
          const end = this.isKnown(pc, at) ? -1 : this.repeat(pc, at);
          if (end < 0) next = -1;
          else at = end;
          break;
        }
        case BACK:
          at -= a;
          if (at < 0) next = -1;
          break;
        case MATCH:
          this.saves[0] = start;
          this.saves[1] = at;
          return at;
      }
      if (next < 0) {
        next = this.goBack();
        if (next < 0) return NO_MATCH;
        at = this.resumed;
      }
      pc = next;
    }
  }

  /** Where the last sub-match began; where the last way back goes on. */
  private subStart = 0;
  private resumed = 0;

  private accepts(set: number, at: number): boolean {
    return this.sets[set * 256 + this.text.charCodeAt(at)] === 1;
  }

  private isKnown(pc: number, at: number): boolean {
    return this.failed.isKnown(this.stateOf[pc] as number, at, this.barriers.length > 0);
  }

  /** The end of a run of bytes of the set, at most `most`. */
  private runFrom(set: number, from: number, most: number): number {
    const { sets, text } = this;
    const base = set * 256;
    const end = Math.min(most, text.length);
    let at = from;
    while (at < end && sets[base + text.charCodeAt(at)] === 1) at++;
    this.steps += at - from;
    return at;
  }

  /** Enters a repeated set: where to go on, or -1. */
  private repeat(pc: number, at: number): number {
    const { code } = this;
    const base = pc * 4;
    const set = code[base + 1] as number;
    const counted = code[base] === UP_TO;
    const most = counted ? (code[base + 2] as number) : this.text.length;
    const mode = code[base + (counted ? 3 : 2)];
    if (mode === LAZY) {
      this.stack.push(SHORTER, pc, at, most);
      return at;
    }
    if (mode === GREEDY) {
      const end = counted ? this.runFrom(set, at, at + most) : this.newRun(pc, set, at);
      if (end > at) this.stack.push(LONGER, pc + 1, at, end - 1);
      return end;
    }
    return counted ? this.runFrom(set, at, at + most) : this.possessiveRun(pc, set, at);
  }

  /** As runFrom, but not into states that are known to fail. */
  private newRun(pc: number, set: number, from: number): number {
    if (!this.failed.isOpen) return this.runFrom(set, from, this.text.length);
    let at = from;
    while (at < this.text.length && this.accepts(set, at) && !this.isKnown(pc, at + 1)) at++;
    this.steps += at - from;
    return at;
  }

  private possessiveRun(pc: number, set: number, at: number): number {
    const state = this.stateOf[pc] as number;
    const known = this.runs.endOf(state, at);
    if (known >= 0) return known;
    const end = this.runFrom(set, at, this.text.length);
    this.runs.note(state, at, end);
    return end;
  }

  /** The instruction at which the last way left open goes on, or -1. */
  private goBack(): number {
    const { stack, code } = this;
    const { numbers } = stack;
    while (stack.top > 0) {
      const entry = stack.top - 4;
      stack.top = entry;
      const x = numbers[entry + 1] as number;
      const y = numbers[entry + 2] as number;
      const z = numbers[entry + 3] as number;
      this.steps++;
      switch (numbers[entry]) {
        case WAY:
          this.resumed = y;
          return x;
        case LONGER:
          if (z > y) stack.push(LONGER, x, y, z - 1);
          this.resumed = z;
          return x;
        case SHORTER:
          if (!this.canRepeat(x, y, z)) break;
          stack.push(SHORTER, x, y + 1, z - 1);
          this.resumed = y + 1;
          return x + 1;
        case RESTORE:
          this.saves[x] = y;
          break;
        case BARRIER:
          this.barriers.pop();
          if (code[x * 4 + 1] !== NEGATIVE_LOOK) break;
          this.resumed = y;
          return code[x * 4 + 2] as number;
      }
    }
    return -1;
  }

  private canRepeat(pc: number, at: number, left: number): boolean {
    if (left === 0 || at >= this.text.length || !this.accepts(this.code[pc * 4 + 1] as number, at)) return false;
    return this.code[pc * 4] !== STAR || !this.isKnown(pc, at + 1);
  }

  /** The body has matched: nothing of it is reconsidered. @returns its instruction SUB */
  private closeSub(): number {
    const { stack } = this;
    const { numbers } = stack;
    const barrier = this.barriers.pop() ?? 0;
    const sub = numbers[barrier + 1] as number;
    this.subStart = numbers[barrier + 2] as number;
    this.failed.forget(numbers[barrier + 3] as number);
    this.steps += (stack.top - barrier) >> 2;
    if (this.code[sub * 4 + 1] !== NEGATIVE_LOOK) {
      stack.cut(barrier);
      return sub;
    }
    stack.undo(barrier, this.saves);
    return sub;
  }
}

export const matcher = new Matcher();
