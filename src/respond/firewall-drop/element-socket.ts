// The fast way to the kernel for single addresses: a message and its answer, in the same turn of the event loop.
import type { Source } from '../address.ts';
import type { Host, NetfilterSocket } from '../contract.ts';
import { mostElements, mostQuestions, writeChanges, writeQuestions } from './element-messages.ts';
import { NetlinkWriter } from './netlink-writer.ts';
import type { Change, RuleHandles } from './nft-layout.ts';

/** Says yes or no, never why: who gets a no asks nft, which knows the words. */
export class ElementSocket {
  readonly #host: Host;
  readonly #writer = new NetlinkWriter();
  #socket: NetfilterSocket | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Whether all of them went through. A transaction has at most `mostElements`: after a no, earlier ones may be done. */
  change(changes: readonly Change[]): boolean {
    return inPieces(changes, mostElements, (piece) => this.#exchange(writeChanges(this.#writer, piece)));
  }

  /** Whether all of them are in their sets, and the rules that drop them are there. */
  areThere(sources: readonly Source[], rules: RuleHandles): boolean {
    return inPieces(sources, mostQuestions, (piece) => this.#exchange(writeQuestions(this.#writer, piece, rules)));
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #exchange(expected: number | undefined): boolean {
    if (expected === undefined) return false;
    try {
      this.#socket ??= this.#host.openNetfilter();
      const codes = this.#socket.exchange(this.#writer.bytes);
      return codes.length === expected && codes.every((code) => code === 0);
    } catch {
      // A new one next time: what is left in this one would be taken for the answer to something else.
      this.close();
      return false;
    }
  }
}

function inPieces<Item>(items: readonly Item[], most: number, take: (piece: readonly Item[]) => boolean): boolean {
  for (let at = 0; at < items.length; at += most) {
    if (!take(at === 0 && items.length <= most ? items : items.slice(at, at + most))) return false;
  }
  return true;
}
