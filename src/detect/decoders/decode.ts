// Event × decoder tree → decoder and fields. // spec ruleset §5.3
import type { Event } from '../event.ts';
import type { Decoder } from './decoder.ts';
import { runPlugin } from './plugins.ts';
import type { DecoderTree, TopDecoder } from './tree.ts';

/** Positions in the log from which parts of a chain go on. */
export interface Progress {
  afterParent: number;
  afterPrematch: number;
  afterRegex: number;
  /** No byte stands before the log. // spec ruleset §4.4 */
  readonly adjoining: boolean;
}

export function decode(event: Event, tree: DecoderTree, adjoining: boolean): void {
  const { items, literals } = tree.candidatesFor(event.programName, event.log);
  literals?.scan(event.subject.folded);
  for (let at = 0; at < items.length; at++) {
    const top = items[at];
    if (top === undefined || literals?.mayHold(at) === false) continue;
    const { prematch } = top.decoder;
    let after = 0;
    if (prematch !== undefined) {
      const end = prematch.match(event.subject);
      if (end === undefined) continue;
      after = positionAfter(end, event.log.length, adjoining);
    }
    takeDecoder(event, top, { afterParent: 0, afterPrematch: after, afterRegex: after, adjoining });
    return;
  }
}

/** Where a remainder begins after a match that ended at `end`. */
export function positionAfter(end: number, length: number, adjoining: boolean): number {
  if (end < 0) return adjoining ? length : 0;
  return end >= length ? length : end + 1;
}

function setDecoder(event: Event, decoder: Decoder): void {
  event.decoder = decoder;
  event.category = decoder.category;
}

function takeDecoder(event: Event, top: TopDecoder, progress: Progress): void {
  setDecoder(event, top.decoder);
  if (top.children.length === 0) {
    runDecoder(event, top.decoder, progress);
    return;
  }
  let index = chooseChild(event, top, progress);
  for (let child = top.children[index]; child !== undefined; child = top.children[++index]) {
    runDecoder(event, child.decoder, progress);
    if (!child.next) return;
  }
}

/** Index of the entry to run first; the number of children where none is to be. */
function chooseChild(event: Event, top: TopDecoder, progress: Progress): number {
  const { children } = top;
  const after = progress.afterPrematch;
  for (const index of top.headsFor(event.log, after)) {
    const decoder = children[index]?.decoder;
    if (decoder === undefined) continue;
    if (decoder.prematch === undefined) {
      progress.afterParent = after;
      return index;
    }
    const end = decoder.prematch.match(event.subject, decoder.prematchAfterParent ? after : 0);
    if (end !== undefined) {
      setDecoder(event, decoder);
      progress.afterParent = after;
      progress.afterPrematch = positionAfter(end, event.log.length, progress.adjoining);
      progress.afterRegex = progress.afterPrematch;
      return index;
    }
  }
  return children.length;
}

function runDecoder(event: Event, decoder: Decoder, progress: Progress): void {
  if (decoder.plugin !== undefined) runPlugin(event, decoder.plugin, progress);
  else if (decoder.regex !== undefined) runRegex(event, decoder, progress);
}

function startOf(decoder: Decoder, progress: Progress): number {
  switch (decoder.regexOffset) {
    case 'parent':
      return progress.afterParent;
    case 'prematch':
      return progress.afterPrematch;
    case 'regex':
      return progress.afterRegex;
    case 'none':
      return 0;
  }
}

function runRegex(event: Event, decoder: Decoder, progress: Progress): void {
  const { regex, order } = decoder;
  const end = regex?.match(event.subject, startOf(decoder, progress));
  if (regex === undefined || end === undefined) return;
  progress.afterRegex = positionAfter(end, event.log.length, progress.adjoining);
  const { captures } = regex;
  const full = event.dynamicFull;
  const count = Math.min(order.length, captures.length);
  for (let index = 0; index < count; index++) {
    const target = order[index];
    const value = captures[index];
    if (target === undefined || value === undefined) continue;
    if (target.slot >= 0) event.statics[target.slot] = value;
    else if (!full) event.addDynamic(target, value);
  }
}
