// Alerts may be read twice (a crash between reading and checkpoint); their effects happen once. Another alert for the same
// target passes: it extends what is in force, and the endpoint alone knows until when.
import type { Guard } from './guard.ts';

export const alreadyInForceGuard: Guard = {
  name: 'already_in_force',
  check: ({ facts, decisionId }) =>
    facts.alreadyInForce?.(decisionId) === true ? `alert ${facts.alert.id} has been answered already` : undefined,
};
