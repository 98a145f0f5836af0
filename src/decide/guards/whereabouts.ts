// A response for an agent that is not known has nowhere to run. It never becomes the manager's by default: the attacker
// is at another machine's door.
import type { Guard } from './guard.ts';

export const unknownAgentGuard: Guard = {
  name: 'unknown_agent',
  check: ({ whereabouts }) => (whereabouts.missing === 'unknown_agent' ? whereabouts.reason : undefined),
};

/** `all` leaves the manager out, so that with no agent connected nothing would run, and nobody would be told. */
export const noActiveAgentGuard: Guard = {
  name: 'no_active_agent',
  check: ({ whereabouts }) => (whereabouts.missing === 'no_active_agent' ? whereabouts.reason : undefined),
};
