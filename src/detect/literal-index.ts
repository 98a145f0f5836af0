// Which of many sibling rules can hold for a log at all: one pass over the log finds all the texts that any of them requires (Aho and Corasick).

/** Below this many siblings that require a text, trying each is quicker. */
const worthwhile = 6;

interface Draft {
  readonly next: Map<number, Draft>;
  readonly members: Set<number>;
  fallback: Draft | undefined;
  id: number;
}

export class LiteralIndex {
  /** Column of each byte; column 0 stands for all that occur in no text. */
  private readonly columns = new Uint8Array(256);
  private readonly width: number;
  private readonly next: Int32Array;
  /** By state: the members one of whose texts ends there; undefined for most. */
  private readonly found: (Int32Array | undefined)[] = [];
  private readonly requires: Uint8Array;
  private readonly seenIn: Float64Array;
  private scans = 0;

  /** `texts[i]`: folded texts of which a log must contain one for member i to hold; undefined or empty where that cannot be said. */
  private constructor(texts: readonly (readonly string[] | undefined)[]) {
    this.requires = Uint8Array.from(texts, (each) => (isUsable(each) ? 1 : 0));
    this.seenIn = new Float64Array(texts.length);
    this.width = this.nameColumns(texts);
    const states = linkFallbacks(draftTrie(texts));
    this.next = new Int32Array(states.length * this.width);
    for (const state of states) this.fill(state);
  }

  /** Undefined where it would not be worth it. */
  static of(texts: readonly (readonly string[] | undefined)[]): LiteralIndex | undefined {
    return texts.filter(isUsable).length < worthwhile ? undefined : new LiteralIndex(texts);
  }

  /** Looks through a folded latin1 text; `mayHold` answers for the text of the last call. */
  scan(folded: string): void {
    const { columns, width, next, found, seenIn } = this;
    this.scans += 1;
    const { length } = folded;
    let state = 0;
    for (let at = 0; at < length; at++) {
      state = next[state * width + (columns[folded.charCodeAt(at)] ?? 0)] ?? 0;
      const members = found[state];
      if (members !== undefined) for (const member of members) seenIn[member] = this.scans;
    }
  }

  /** False: none of the texts that the member requires is there. */
  mayHold(member: number): boolean {
    return this.requires[member] === 0 || this.seenIn[member] === this.scans;
  }

  private nameColumns(texts: readonly (readonly string[] | undefined)[]): number {
    let used = 0;
    for (const text of texts.filter(isUsable).flat()) {
      for (let at = 0; at < text.length; at++) {
        const byte = text.charCodeAt(at);
        if (this.columns[byte] === 0) this.columns[byte] = ++used;
      }
    }
    return used + 1;
  }

  /** States come in order of depth, so that the row of a fallback is complete before it is copied. */
  private fill(state: Draft): void {
    const row = state.id * this.width;
    const { fallback } = state;
    if (fallback !== undefined) {
      this.next.copyWithin(row, fallback.id * this.width, (fallback.id + 1) * this.width);
    }
    for (const [byte, child] of state.next) this.next[row + (this.columns[byte] ?? 0)] = child.id;
    this.found[state.id] = state.members.size === 0 ? undefined : Int32Array.from(state.members);
  }
}

function isUsable(texts: readonly string[] | undefined): texts is readonly string[] {
  return texts !== undefined && texts.length > 0 && texts.every((text) => text !== '' && isLatin1(text));
}

function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}

function createDraft(): Draft {
  return { next: new Map(), members: new Set(), fallback: undefined, id: 0 };
}

function draftTrie(texts: readonly (readonly string[] | undefined)[]): Draft {
  const root = createDraft();
  for (const [member, each] of texts.entries()) {
    if (!isUsable(each)) continue;
    for (const text of each) {
      let state = root;
      for (let at = 0; at < text.length; at++) {
        const byte = text.charCodeAt(at);
        let child = state.next.get(byte);
        if (child === undefined) {
          child = createDraft();
          state.next.set(byte, child);
        }
        state = child;
      }
      state.members.add(member);
    }
  }
  return root;
}

/** All states by depth, numbered, each with its longest proper ending that is a state too. */
function linkFallbacks(root: Draft): Draft[] {
  const states = [root];
  for (const state of states) {
    for (const [byte, child] of state.next) {
      child.id = states.length;
      states.push(child);
      child.fallback = findFallback(state, byte, root);
      for (const member of child.fallback.members) child.members.add(member);
    }
  }
  return states;
}

function findFallback(parent: Draft, byte: number, root: Draft): Draft {
  for (let state = parent.fallback; state !== undefined; state = state.fallback) {
    const child = state.next.get(byte);
    if (child !== undefined) return child;
  }
  return root;
}
