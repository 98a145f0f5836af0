// What was decided for one alert and one active response: the words that the rest of the flow uses.
import type { Location } from '../config/ossec-conf.ts';

/** Every reason for which a bound response does not run, in the order in which they are looked at. */
export const guardNames = [
  'level_0',
  'no_ar',
  'disabled',
  'own_response',
  'crafted',
  'unknown_agent',
  'no_active_agent',
  'allow_list',
  'missing_target',
  'invalid_target',
  'never_block',
  'too_old',
  'observe',
] as const;
export type GuardName = (typeof guardNames)[number];

/** `expired` is said of an event that is too old to be answered; every other guard gives `suppressed`. */
export type DecisionOutcome = 'run' | 'suppressed' | 'expired';

/** One alert × one active response: what, where, how long, or which guard said no. */
export interface Decision {
  /** Derived from the alert's id and the response, so that an alert read twice is decided under the same id. */
  readonly id: string;
  readonly alertId: string;
  readonly ruleId: string;
  readonly ruleDescription: string;
  /** As ar.conf has it: `firewall-drop600`. */
  readonly response: string;
  readonly executable: string;
  readonly extraArgs: readonly string[];
  /** The words of `<location>`, in the order server, local, defined-agent, all. */
  readonly locations: readonly Location[];
  /** Ids of the endpoints where it runs (or would run), ascending; `000` is the manager's own. */
  readonly agents: readonly string[];
  /** What it acts on, for people and for queries; undefined where only the script knows. */
  readonly target: string | undefined;
  /** 0 is stateless. */
  readonly timeoutSeconds: number;
  /** Wall clock, ms: when the event happened that is answered. */
  readonly eventMs: number;
  /** Wall clock, ms. */
  readonly decidedAtMs: number;
  readonly outcome: DecisionOutcome;
  /** The guard that said no; undefined where the outcome is `run`. */
  readonly guard: GuardName | undefined;
  /** One sentence for people: why it runs, or what the guard found. */
  readonly reason: string;
}
