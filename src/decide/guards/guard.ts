// What a guard is: one reason for which a response that the rule binds to does not run.
import type { AllowList } from '../allow-list.ts';
import type { Binding } from '../bind.ts';
import type { GuardName } from '../decision.ts';
import type { DecisionFacts, TargetLookup } from '../facts.ts';
import type { Whereabouts } from '../targets.ts';

export interface GuardInput {
  readonly facts: DecisionFacts;
  readonly binding: Binding;
  readonly decisionId: string;
  readonly whereabouts: Whereabouts;
  readonly lookup: TargetLookup;
  readonly allowList: AllowList;
  /** A block with `disabled` = yes and nothing else. */
  readonly responsesDisabled: boolean;
}

export interface Refusal {
  readonly guard: GuardName;
  /** One sentence for people, with the value that it is about. */
  readonly reason: string;
}

export interface Guard {
  readonly name: GuardName;
  /** Why the response must not run, as one sentence; undefined where this guard has nothing against it. */
  check(input: GuardInput): string | undefined;
}
