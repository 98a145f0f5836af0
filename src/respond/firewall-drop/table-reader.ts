// Reads the table for all who ask at a time, and remembers by which rules it was whole.
import type { Host } from '../contract.ts';
import type { RuleHandles } from './nft-layout.ts';
import { readTable, type TableListing } from './nft-listing.ts';
import { shareRuns } from './share-runs.ts';

/** nft 1.0.6 fetches every element for whatever it lists: a tenth of a second where 10,000 are in force. */
const freshForMs = 10_000;
/** First come the answers to an attack, of which there may be many. */
const delayMs = 1_000;

export interface TableReaderOptions {
  /** Called where a reading in the background finds that the table does not drop what is in it. */
  readonly onFault: () => void;
}

export class TableReader {
  readonly #options: TableReaderOptions;
  readonly #host: Host;
  readonly #readShared: () => Promise<TableListing>;
  #ageing: { cancel(): void } | undefined;
  #ruleHandles: RuleHandles | undefined;
  #closed = false;

  constructor(host: Host, options: TableReaderOptions) {
    this.#host = host;
    this.#options = options;
    this.#readShared = shareRuns(() => this.#readNow());
  }

  /** The whole table, as it is after the call. */
  read(): Promise<TableListing> {
    return this.#readShared();
  }

  /** Of the rules with which the table was last seen whole; undefined where it was not, or never read. */
  get ruleHandles(): RuleHandles | undefined {
    return this.#ruleHandles;
  }

  /**
   * Reads again, a second later, where the last reading is older than ten seconds. For what a check of the rules does not show: a rule of
   * somebody else before ours, a dormant table.
   */
  refresh(): void {
    if (this.#ageing !== undefined || this.#closed) return;
    this.#ageing = this.#host.after(delayMs, () => {
      this.#startAgeing();
      void this.read().then(
        ({ fault }) => {
          if (fault !== undefined && !this.#closed) this.#options.onFault();
        },
        () => undefined,
      );
    });
  }

  close(): void {
    this.#closed = true;
    this.#ageing?.cancel();
    this.#ageing = undefined;
  }

  async #readNow(): Promise<TableListing> {
    const table = await readTable(this.#host);
    this.#ruleHandles = table.fault === undefined ? table.ruleHandles : undefined;
    if (!this.#closed) this.#startAgeing();
    return table;
  }

  #startAgeing(): void {
    this.#ageing?.cancel();
    this.#ageing = this.#host.after(freshForMs, () => {
      this.#ageing = undefined;
    });
  }
}
