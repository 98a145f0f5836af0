// Observe mode decides and records, and touches nothing. Last, so that what it holds back is exactly what would have run.
import type { Guard } from './guard.ts';

export const observeGuard: Guard = {
  name: 'observe',
  check: ({ facts }) => (facts.observe ? 'observe mode: it would have run' : undefined),
};
