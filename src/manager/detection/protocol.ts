// What the main thread and a detection thread say to each other. All of it is copied, but for the shared counters.
import type { Alert } from '../../alert/alert.ts';
import type { SlowPattern } from '../../detect/patterns/pattern-watch.ts';
import type { EventRecords, RecordOptions } from '../../detect/records.ts';
import type { MitreTable } from '../../detect/rules/mitre.ts';
import type { OwnMemory, SharedMemory } from '../../detect/shared-counts.ts';
import type { DetectionSnapshot } from '../../detect/snapshot.ts';
import type { RulesetTexts } from '../ruleset-texts.ts';
import type { PackedMessages } from './packed-messages.ts';

export interface EngineSettings {
  readonly hostname: string;
  readonly logAlertLevel: number;
  readonly memorySize: number;
  readonly records: RecordOptions | undefined;
  readonly mitre: MitreTable;
  /** See EngineOptions. */
  readonly seed: number;
}

/** Reads a ruleset. Nothing of it is used yet; batches are answered meanwhile. Answer: `loaded`. */
export interface LoadOrder {
  readonly kind: 'load';
  readonly number: number;
  readonly texts: RulesetTexts;
  readonly settings: EngineSettings;
  readonly shared: SharedMemory;
  readonly own: OwnMemory;
}

/** From now on the ruleset of that number judges, and remembers this. Answer: `used`. */
export interface UseOrder {
  readonly kind: 'use';
  readonly number: number;
  readonly remembered: DetectionSnapshot;
}

/** Answer: `answer` or `failed`. */
export interface BatchOrder {
  readonly kind: 'batch';
  readonly number: number;
  readonly messages: PackedMessages;
  /** First-seen lines of other threads. */
  readonly learned: readonly string[];
  /** To be judged by an engine with a memory of its own, which is nobody's. */
  readonly isWarmUp: boolean;
}

/** Forgets the engine of the warm-up. No answer. */
export interface WarmOrder {
  readonly kind: 'warm';
}

export type Order = LoadOrder | UseOrder | BatchOrder | WarmOrder;

/** An alert, and which message of the batch it is about. Its rule is that of its id. */
export interface FoundAlert {
  readonly at: number;
  readonly alert: Alert;
  readonly logged: boolean;
}

export interface BatchAnswer {
  readonly kind: 'answer';
  readonly number: number;
  readonly found: readonly FoundAlert[];
  readonly records: EventRecords | undefined;
  /** Its `firedTimes` are how often each rule has fired here since the answer before. */
  readonly changes: DetectionSnapshot;
}

export type Answer =
  /** `problem`: why it cannot be used. */
  | { readonly kind: 'loaded'; readonly number: number; readonly problem: string | undefined }
  | { readonly kind: 'used'; readonly number: number }
  | BatchAnswer
  | { readonly kind: 'failed'; readonly number: number; readonly message: string }
  /** Beside the answers. Files are named as the texts have them. */
  | { readonly kind: 'slow'; readonly pattern: SlowPattern };
