// Tree → instructions of the step-counting matcher (pcre2-backtrack.ts).
import { type Assertion, childrenOf, type Node, type RepeatMode } from './pcre2-ast.ts';
import { fixedLength, topOptions } from './pcre2-lengths.ts';

/** Operations; an instruction is four numbers: the operation and its operands. */
export const SET = 0;
/** Goes on at `a`, and at `b` when that failed. */
export const SPLIT = 1;
export const JUMP = 2;
export const SAVE = 3;
export const ASSERT = 4;
/** A body that is never reconsidered follows, up to SUB_END. `a`: one of the kinds below; `b`: what follows SUB_END. */
export const SUB = 5;
export const SUB_END = 6;
export const BACKREFERENCE = 7;
/** Set `a`, exactly `b` times. */
export const TIMES = 8;
/** Set `a`, any number of times, in mode `b`. */
export const STAR = 9;
/** Set `a`, up to `b` times, in mode `c`. */
export const UP_TO = 10;
/** `a` bytes backwards: lookbehind. */
export const BACK = 11;
export const MATCH = 12;

export const ATOMIC = 0;
export const LOOK = 1;
export const NEGATIVE_LOOK = 2;

export const GREEDY = 0;
export const LAZY = 1;
export const POSSESSIVE = 2;
const modes: Readonly<Record<RepeatMode, number>> = { greedy: GREEDY, lazy: LAZY, possessive: POSSESSIVE };

export const assertions: readonly Assertion[] = [
  'start',
  'lineStart',
  'end',
  'endOrFinalNewline',
  'lineEnd',
  'wordBoundary',
  'notWordBoundary',
];

export interface Program {
  readonly code: Int32Array;
  /** 256 bytes for each set. */
  readonly sets: Uint8Array;
  readonly groups: number;
  /** Per instruction: its number among those at which ways part; -1 for the others. */
  readonly stateOf: Int32Array;
  readonly states: number;
  /** What is ahead does not hang on what was captured, so that a state that failed once fails always. */
  readonly memorable: boolean;
}

/** `root` must have passed checkPcre2. `captures`: whether groups are to be recorded. */
export function compileProgram(root: Node, groups: number, captures: boolean): Program {
  const writer = new Writer(captures || hasReference(root));
  writer.write(root);
  return writer.finish(groups);
}

function hasReference(node: Node): boolean {
  return node.type === 'backreference' || childrenOf(node).some(hasReference);
}

class Writer {
  readonly #code: number[] = [];
  readonly #sets: Uint8Array[] = [];
  readonly #setIndexes = new Map<Uint8Array, number>();
  readonly #captures: boolean;
  #referenced = false;

  constructor(captures: boolean) {
    this.#captures = captures;
  }

  finish(groups: number): Program {
    this.#put(MATCH);
    const code = Int32Array.from(this.#code);
    const stateOf = new Int32Array(code.length / 4).fill(-1);
    let states = 0;
    for (let at = 0; at < stateOf.length; at++) {
      const operation = code[at * 4];
      if (operation === SPLIT || operation === STAR || operation === UP_TO || operation === SUB) stateOf[at] = states++;
    }
    const sets = new Uint8Array(this.#sets.length * 256);
    for (const [index, set] of this.#sets.entries()) sets.set(set, index * 256);
    return { code, sets, groups, stateOf, states, memorable: !this.#referenced };
  }

  get #at(): number {
    return this.#code.length / 4;
  }

  /** @returns the index of the instruction */
  #put(operation: number, a = 0, b = 0, c = 0): number {
    this.#code.push(operation, a, b, c);
    return this.#at - 1;
  }

  #setIndex(set: Uint8Array): number {
    let index = this.#setIndexes.get(set);
    if (index === undefined) {
      index = this.#sets.push(set) - 1;
      this.#setIndexes.set(set, index);
    }
    return index;
  }

  write(node: Node): void {
    switch (node.type) {
      case 'set':
        this.#put(SET, this.#setIndex(node.set));
        return;
      case 'sequence':
        for (const item of node.items) this.write(item);
        return;
      case 'alternation':
        this.#alternation(node.options, (option) => this.write(option));
        return;
      case 'repeat':
        this.#repeat(node);
        return;
      case 'capture':
        if (this.#captures) this.#put(SAVE, node.group * 2);
        this.write(node.body);
        if (this.#captures) this.#put(SAVE, node.group * 2 + 1);
        return;
      case 'atomic':
        this.#sub(ATOMIC, () => this.write(node.body));
        return;
      case 'look':
        this.#sub(node.negative ? NEGATIVE_LOOK : LOOK, () => {
          if (node.behind) this.#behind(node.body);
          else this.write(node.body);
        });
        return;
      case 'assertion':
        this.#put(ASSERT, assertions.indexOf(node.what));
        return;
      case 'backreference':
        this.#referenced = true;
        this.#put(BACKREFERENCE, node.group, node.caseless ? 1 : 0);
    }
  }

  #alternation(options: readonly Node[], write: (option: Node) => void): void {
    const jumps: number[] = [];
    for (const [index, option] of options.entries()) {
      const last = index === options.length - 1;
      const split = last ? -1 : this.#put(SPLIT, this.#at + 1);
      write(option);
      if (last) break;
      jumps.push(this.#put(JUMP));
      this.#code[split * 4 + 2] = this.#at;
    }
    for (const jump of jumps) this.#code[jump * 4 + 1] = this.#at;
  }

  #sub(kind: number, writeBody: () => void): void {
    const start = this.#put(SUB, kind);
    writeBody();
    this.#put(SUB_END);
    this.#code[start * 4 + 2] = this.#at;
  }

  /** Alternatives of fixed length, as checkPcre2 has seen to. */
  #behind(body: Node): void {
    const options = topOptions(body);
    this.#alternation(options, (option) => {
      const length = fixedLength(option) ?? 0;
      if (length > 0) this.#put(BACK, length);
      this.write(option);
    });
  }

  #repeat(node: Node & { type: 'repeat' }): void {
    const { body, min, max, mode } = node;
    if (body.type === 'set') {
      const set = this.#setIndex(body.set);
      if (min === 1) this.#put(SET, set);
      else if (min > 1) this.#put(TIMES, set, min);
      if (max === Number.POSITIVE_INFINITY) this.#put(STAR, set, modes[mode]);
      else if (max > min) this.#put(UP_TO, set, max - min, modes[mode]);
      return;
    }
    if (mode === 'possessive') {
      this.#sub(ATOMIC, () => this.#repeat({ ...node, mode: 'greedy' }));
      return;
    }
    const loops = max === Number.POSITIVE_INFINITY;
    // The last round that must be is the one that repeats: so nested loops stay as large as they are written.
    const written = loops ? Math.max(min - 1, 0) : min;
    for (let round = 0; round < written; round++) this.write(body);
    if (!loops) this.#optional(body, max - min, mode === 'lazy');
    else if (min === 0) this.#loop(body, mode === 'lazy');
    else this.#loopAtLeastOnce(body, mode === 'lazy');
  }

  #loop(body: Node, lazy: boolean): void {
    const split = this.#put(SPLIT);
    const start = this.#at;
    this.write(body);
    this.#put(JUMP, split);
    this.#setWays(split, start, this.#at, lazy);
  }

  #loopAtLeastOnce(body: Node, lazy: boolean): void {
    const start = this.#at;
    this.write(body);
    const split = this.#put(SPLIT);
    this.#setWays(split, start, this.#at, lazy);
  }

  #optional(body: Node, rounds: number, lazy: boolean): void {
    const splits: [number, number][] = [];
    for (let round = 0; round < rounds; round++) {
      const split = this.#put(SPLIT);
      splits.push([split, this.#at]);
      this.write(body);
    }
    for (const [split, start] of splits) this.#setWays(split, start, this.#at, lazy);
  }

  #setWays(split: number, into: number, past: number, lazy: boolean): void {
    this.#code[split * 4 + 1] = lazy ? past : into;
    this.#code[split * 4 + 2] = lazy ? into : past;
  }
}
