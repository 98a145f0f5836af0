// A built-in without its target would only fail on the endpoint; it is told here, where the alert is at hand.
import type { Guard } from './guard.ts';

export const missingTargetGuard: Guard = {
  name: 'missing_target',
  check: ({ lookup }) => (lookup.kind === 'missing' ? lookup.reason : undefined),
};

export const invalidTargetGuard: Guard = {
  name: 'invalid_target',
  check: ({ lookup }) => (lookup.kind === 'invalid' ? lookup.reason : undefined),
};
