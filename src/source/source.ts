// Where messages come from: files, alerts.json, standard input. A source hands on batches in order and knows where it stands.
import type { JsonValue } from '../alert/alert.ts';

/** Where a source stands, as it is kept in a checkpoint and handed back at the next start. Null: nothing to go back to (standard input). */
export type SourcePosition = JsonValue;

export interface SourceTrouble {
  readonly location: string;
  /**
   * `unreadable`: open or read failed, tried again. `line_too_long`: cut at 1 MiB. `bad_line`: an alert that cannot be read, skipped.
   * `lost`: lines that were written while nobody read them are gone. `unbelieved`: a sender names himself as another. `consumer`: the consumer threw; the source has stopped before that batch.
   */
  readonly kind: 'unreadable' | 'line_too_long' | 'bad_line' | 'lost' | 'unbelieved' | 'consumer';
  readonly message: string;
}

/** What a source calls. `Message` is LogMessage, or AlertMessage for alerts.json. */
export interface SourceHandlers<Message> {
  /**
   * One batch, in the order of the source; never empty, never called again before the promise it returned has settled. `after` gives the position behind it,
   * the same whenever it is asked, at the price of a hash: store it together with what came of the batch. A throw or rejection stops the source (trouble `consumer`): the batch is read again at the next start.
   */
  onBatch(messages: readonly Message[], after: () => SourcePosition): void | Promise<void>;
  /** Told once for each thing that a person should know; not for missing files, which are waited for. */
  onTrouble(trouble: SourceTrouble): void;
}

export interface Source {
  /** The path, or `stdin`: what the messages carry as their location. */
  readonly location: string;
  /** Begins to read. Never throws; what goes wrong reaches onTrouble. Call it once. */
  start(): void;
  /** Reads on to where the source ends now, then stops. */
  finish(): Promise<void>;
  /** Resolves when the batch under way has been consumed and everything is closed. Calling it again is harmless. */
  stop(): Promise<void>;
  /** The position behind the last batch that was consumed. Moves on only after onBatch has returned (its promise has settled). */
  position(): SourcePosition;
}
