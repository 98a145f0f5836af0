// Puts changes into the table in as few transactions as they allow, and gets them in whatever became of the table.
import { errorText } from '../../alert/error-text.ts';
import type { Source } from '../address.ts';
import type { Host, Outcome } from '../contract.ts';
import { ElementSocket } from './element-socket.ts';
import {
  type Change,
  deleteStatement,
  elementStatements,
  layoutStatements,
  type RuleHandles,
  recreateStatements,
  tableName,
} from './nft-layout.ts';
import { listJson, runStatements } from './nft-run.ts';

const longestBatch = 5000;

export interface WriterOptions {
  /** Called after the table was found missing or misshapen and made anew: what else was in it is to be applied again. */
  readonly onTableLost?: (() => void) | undefined;
}

interface Entry {
  readonly change: Change;
  readonly resolve: (outcome: Outcome<null>) => void;
}

const done: Outcome<null> = { ok: true, value: null };

export class NftWriter {
  readonly #host: Host;
  readonly #options: WriterOptions;
  readonly #socket: ElementSocket;
  #queue: Entry[] = [];
  #working: Promise<void> | undefined;
  #layoutTrusted = false;
  #layoutSeen = false;
  #closed = false;

  constructor(host: Host, options: WriterOptions) {
    this.#host = host;
    this.#options = options;
    this.#socket = new ElementSocket(host);
  }

  /** Makes the table where it is not known to be there. False: that failed. Never rejects. */
  async prepare(): Promise<boolean> {
    if (this.#closed || this.#layoutTrusted) return !this.#closed;
    if ((await runStatements(this.#host, layoutStatements())) !== undefined) return false;
    this.trustLayout();
    return true;
  }

  /** Outcomes in the order of the changes. Changes that come while a transaction is under way go together into the next. */
  submit(changes: readonly Change[]): Promise<Outcome<null>[]> {
    if (this.#closed) return Promise.resolve(changes.map(() => ({ ok: false, error: 'firewall-drop is closed' })));
    const outcomes = changes.map(
      (change) => new Promise<Outcome<null>>((resolve) => this.#queue.push({ change, resolve })),
    );
    this.#working ??= this.#work();
    return Promise.all(outcomes);
  }

  /** Whether all of them, and the rules that drop them, are there, without listing a set. False: some are not, or it could not be told. */
  areInForce(sources: readonly Source[], ruleHandles: RuleHandles): boolean {
    return !this.#closed && this.#socket.areThere(sources, ruleHandles);
  }

  /** The next change repairs the table first: somebody saw that it is not what it should be. */
  distrustLayout(): void {
    this.#layoutTrusted = false;
  }

  /** Somebody has just seen that the table is what it should be. */
  trustLayout(): void {
    this.#layoutTrusted = true;
    this.#layoutSeen = true;
  }

  /** The table has been there because of what was submitted here. */
  get hasWritten(): boolean {
    return this.#layoutSeen;
  }

  /** Finishes what was submitted. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    this.#socket.close();
  }

  async #work(): Promise<void> {
    // One turn of the loop, so that what is submitted in one go travels in one transaction.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#writeNext();
    // In the same turn as the look at the queue: who submits after it starts the work anew.
    this.#working = undefined;
  }

  async #writeNext(): Promise<void> {
    const batch = this.#takeBatch();
    try {
      await this.#write(batch);
    } catch (error) {
      settleAll(batch, { ok: false, error: `nft: ${errorText(error)}` });
    }
  }

  /** From the head of the queue, up to a source that is in the batch already: their order counts. */
  #takeBatch(): Entry[] {
    const sources = new Set<string>();
    let length = 0;
    for (const { change } of this.#queue) {
      if (length === longestBatch || sources.has(change.source.text)) break;
      sources.add(change.source.text);
      length += 1;
    }
    return this.#queue.splice(0, length);
  }

  async #write(batch: Entry[]): Promise<void> {
    if (this.#layoutTrusted && (await this.#writeQuickly(batch))) return settleAll(batch, done);
    await this.#writeSurely(batch);
  }

  /** Elements only, in the hope that the table is sound. */
  async #writeQuickly(batch: readonly Entry[]): Promise<boolean> {
    const changes = batch.map((entry) => entry.change);
    if (!changes.some(({ source }) => source.isPrefix)) return this.#socket.change(changes);
    return (await runStatements(this.#host, elementStatements(changes))) === undefined;
  }

  /** By a run of its own, whose exit status is certain, the table repaired in the same transaction. */
  async #writeSurely(batch: Entry[]): Promise<void> {
    // Which is asked only where the answer makes a difference: it costs a run of nft.
    const asks = this.#layoutSeen || batch.every((entry) => entry.change.kind === 'remove');
    const exists = !asks || (await this.#tableExists());
    if (!exists && batch.every((entry) => entry.change.kind === 'remove')) return settleAll(batch, done);
    const lost = this.#layoutSeen && !exists;
    const failure = await this.#runAll(batch);
    if (failure === undefined) settleAll(batch, done);
    else if (failure.hopeless || !(await this.#repairLayout()))
      return settleAll(batch, { ok: false, error: failure.error });
    else await this.#isolate(batch);
    this.#layoutTrusted = true;
    this.#layoutSeen = true;
    if (lost) this.#options.onTableLost?.();
  }

  /** A batch that failed in a sound table has a bad element: found by halves, the rest goes through. */
  async #isolate(batch: Entry[]): Promise<void> {
    const failure = await this.#runAll(batch);
    const [first] = batch;
    if (failure === undefined || first === undefined) return settleAll(batch, done);
    if (failure.hopeless) return settleAll(batch, { ok: false, error: failure.error });
    if (batch.length === 1) return first.resolve(await this.#writeAlone(first.change, failure.error));
    const middle = Math.ceil(batch.length / 2);
    await this.#isolate(batch.slice(0, middle));
    await this.#isolate(batch.slice(middle));
  }

  /** A prefix that overlaps another can be neither added nor, by `add; delete`, removed; but it may well not be there. */
  async #writeAlone(change: Change, error: string): Promise<Outcome<null>> {
    if (change.kind === 'add') return { ok: false, error };
    const failure = await runStatements(this.#host, [deleteStatement(change.source)]);
    const gone = failure === undefined || /No such file|does not exist/.test(failure.error);
    return gone ? done : { ok: false, error: failure.error };
  }

  #runAll(batch: readonly Entry[]) {
    return runStatements(this.#host, [...layoutStatements(), ...elementStatements(batch.map((entry) => entry.change))]);
  }

  /** False where not even an empty table can be made. One of another shape is replaced, with what is in it. */
  async #repairLayout(): Promise<boolean> {
    if ((await runStatements(this.#host, layoutStatements())) === undefined) return true;
    if ((await runStatements(this.#host, recreateStatements())) !== undefined) return false;
    this.#options.onTableLost?.();
    return true;
  }

  /** Where it cannot be asked, it is taken to exist: the run that follows tells why. */
  async #tableExists(): Promise<boolean> {
    const listing = await listJson(this.#host, ['tables', 'inet']);
    return !listing.ok || JSON.stringify(listing.value).includes(`"name":"${tableName}"`);
  }
}

function settleAll(batch: readonly Entry[], outcome: Outcome<null>): void {
  for (const entry of batch) entry.resolve(outcome);
}
