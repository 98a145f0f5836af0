// What a decision is made from, beside the configuration. All of it is handed in: nothing here looks anything up.
import type { Alert, RuleFacts } from '../alert/alert.ts';

/** An endpoint that has been enrolled. The manager's own, 000, is always there and is not listed. */
export interface KnownAgent {
  /** As alerts have it: `001`. */
  readonly id: string;
  readonly status: 'active' | 'disconnected';
}

/** What a response would act on. */
export type TargetLookup =
  /** A script: only its `check_keys` line tells. */
  | { readonly kind: 'unknown' }
  /** `address` is set where the target is an address, which the never-block set is asked about. */
  | { readonly kind: 'target'; readonly target: string; readonly address?: string }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly reason: string };

/** What the executable (a built-in's name or a script's file name) would act on for this alert. */
export type TargetOf = (executable: string, alert: Alert) => TargetLookup;

/** Why this address must not be blocked, as part of a sentence (`it is loopback`); undefined where it may be. */
export type NeverBlock = (address: string) => string | undefined;

/** The compiled form of a pattern: whether it is found in a text. */
export type TextMatcher = (text: string) => boolean;

export interface DecisionFacts {
  readonly alert: Alert;
  readonly rule: RuleFacts;
  /** Wall clock, ms: when the event happened. */
  readonly eventMs: number;
  /** Wall clock, ms. */
  readonly nowMs: number;
  /** Without 000, in any order. */
  readonly agents: readonly KnownAgent[];
  readonly neverBlock: NeverBlock;
  readonly targetOf: TargetOf;
  /** Oldest event, ms, that is still answered by a response without a timeout. Ten minutes unless set. */
  readonly maxAgeMs: number;
  /** Decide and record, touch nothing. */
  readonly observe: boolean;
}
