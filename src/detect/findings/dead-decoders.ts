// Decoders that no event can reach, whatever the logs say. // spec ruleset §5.3
import type { Decoder } from '../decoders/decoder.ts';
import type { ChildDecoder, DecoderTree, TopDecoder } from '../decoders/tree.ts';
import type { Expression } from '../patterns/expression.ts';
import { type Finding, warnAt } from './finding.ts';

/** A decoder that is always taken sooner. */
interface Obstacle {
  readonly decoder: Decoder;
  readonly reason: string;
}

export function findDeadDecoders(tree: DecoderTree): readonly Finding[] {
  /** Undefined as value: reached in one place at least. */
  const found = new Map<Decoder, Obstacle | undefined>();
  const note = (decoder: Decoder, obstacle: Obstacle | undefined): void => {
    if (!found.has(decoder) || obstacle === undefined) found.set(decoder, obstacle);
  };
  for (const list of [tree.named, tree.unnamed]) {
    for (const [index, top] of list.entries()) {
      const before = list.slice(0, index).find((other) => isTakenFirst(other.decoder, top.decoder));
      const obstacle = before && { decoder: before.decoder, reason: 'asks for the same, or less, and comes first' };
      note(top.decoder, obstacle);
      noteChildren(top, obstacle, note);
    }
  }
  return [...found].flatMap(([decoder, obstacle]) => (obstacle === undefined ? [] : [describe(decoder, obstacle)]));
}

function describe(decoder: Decoder, { decoder: first, reason }: Obstacle): Finding {
  const { file, line } = first.position;
  return warnAt(
    decoder.position,
    `Decoder "${decoder.ownName}" is never reached: "${first.ownName}" (${file}:${line}) ${reason}.`,
  );
}

/** Whatever the later one takes, the earlier one of the same list has taken. */
function isTakenFirst(earlier: Decoder, later: Decoder): boolean {
  if (!isSame(earlier.programName, later.programName)) return false;
  return earlier.prematch === undefined || isSame(earlier.prematch, later.prematch);
}

function isSame(a: Expression | undefined, b: Expression | undefined): boolean {
  return a?.source === b?.source && a?.kind === b?.kind;
}

/** Heads are tried in order; one without a prematch ends the search, and a chain is run from its head on. */
function noteChildren(
  top: TopDecoder,
  ofParent: Obstacle | undefined,
  note: (decoder: Decoder, obstacle: Obstacle | undefined) => void,
): void {
  const heads: Decoder[] = [];
  for (const chain of splitChains(top.children)) {
    const [head] = chain;
    if (head === undefined) continue;
    const before = heads.find((other) => isChosenFirst(other, head));
    const reason =
      before?.prematch === undefined
        ? 'has no prematch, so that none after it is tried'
        : 'has the same prematch and comes first';
    const obstacle = ofParent ?? (before && { decoder: before, reason });
    for (const decoder of chain) note(decoder, obstacle);
    heads.push(head);
  }
}

function splitChains(children: readonly ChildDecoder[]): readonly (readonly Decoder[])[] {
  const chains: Decoder[][] = [];
  let goesOn = false;
  for (const { decoder, next } of children) {
    if (goesOn) chains.at(-1)?.push(decoder);
    else chains.push([decoder]);
    goesOn = next;
  }
  return chains;
}

function isChosenFirst(earlier: Decoder, later: Decoder): boolean {
  if (earlier.prematch === undefined) return true;
  return isSame(earlier.prematch, later.prematch) && earlier.prematchAfterParent === later.prematchAfterParent;
}
