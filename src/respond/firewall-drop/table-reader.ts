// Reads the table for all who ask at a time, and remembers for a moment that it was sound.
import type { Host } from '../contract.ts';
import { readTable, type TableListing } from './nft-listing.ts';
import { shareRuns } from './share-runs.ts';

/** Listing 10,000 elements takes a tenth of a second: a burst of verifications must not repeat it for each. */
const soundForMs = 2000;

export class TableReader {
  readonly #host: Host;
  readonly #readShared: () => Promise<TableListing>;
  #ageing: { cancel(): void } | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#readShared = shareRuns(() => this.#readNow());
  }

  /** The whole table, as it is after the call. */
  read(): Promise<TableListing> {
    return this.#readShared();
  }

  /** Hook, sets and rules were read in the last two seconds and found whole. */
  get wasSound(): boolean {
    return this.#ageing !== undefined;
  }

  close(): void {
    this.#ageing?.cancel();
    this.#ageing = undefined;
  }

  async #readNow(): Promise<TableListing> {
    const table = await readTable(this.#host);
    this.close();
    if (table.fault === undefined) {
      this.#ageing = this.#host.after(soundForMs, () => {
        this.#ageing = undefined;
      });
    }
    return table;
  }
}
