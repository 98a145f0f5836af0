// What changes while events are analysed: counters, ignore windows, things seen before, remembered events.
import type { CorrelationMemory } from '../correlation/memory.ts';
import type { SharedCounts } from '../shared-counts.ts';
import type { FirstSeenMemory } from './first-seen.ts';

export interface RuleState {
  readonly memory: CorrelationMemory;
  readonly firstSeen: FirstSeenMemory;
  /** Last log by host name and rule id, of `check_diff`. */
  readonly lastLogs: Map<string, string>;
  /** Its keys that changed since the last snapshot. */
  readonly changedLogs: Set<string>;
  /** By rule index. Only a rule's own firing counts it up. */
  readonly firedTimes: Int32Array;
  /** Seconds since 1970 by rule index; 0: no window open. */
  readonly ignoredSince: Float64Array;
  /** Set where other engines count too: `firedTimes` then has what this one saw last. */
  readonly shared: SharedCounts | undefined;
  /** Indexes of rules whose counters changed since the last snapshot. */
  readonly changedRules: Set<number>;
}
