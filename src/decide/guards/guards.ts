// The guards in their order. The first that objects is the one that is named.
import { allowListGuard } from './allow-list.ts';
import { craftedGuard } from './crafted.ts';
import { disabledGuard } from './disabled.ts';
import type { Guard, GuardInput, Refusal } from './guard.ts';
import { levelZeroGuard } from './level-zero.ts';
import { neverBlockGuard } from './never-block.ts';
import { noArGuard } from './no-ar.ts';
import { observeGuard } from './observe.ts';
import { ownResponseGuard } from './own-response.ts';
import { invalidTargetGuard, missingTargetGuard } from './target.ts';
import { tooOldGuard } from './too-old.ts';
import { noActiveAgentGuard, unknownAgentGuard } from './whereabouts.ts';

export type { GuardInput, Refusal } from './guard.ts';

export const guards: readonly Guard[] = [
  levelZeroGuard,
  noArGuard,
  disabledGuard,
  ownResponseGuard,
  craftedGuard,
  unknownAgentGuard,
  noActiveAgentGuard,
  allowListGuard,
  missingTargetGuard,
  invalidTargetGuard,
  neverBlockGuard,
  tooOldGuard,
  observeGuard,
];

export function passGuards(input: GuardInput): Refusal | undefined {
  for (const guard of guards) {
    const reason = guard.check(input);
    if (reason !== undefined) return { guard: guard.name, reason };
  }
  return undefined;
}
