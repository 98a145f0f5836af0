// The option no_ar is the rule author's word that nothing may answer it; it beats level, group and id.
import type { Guard } from './guard.ts';

export const noArGuard: Guard = {
  name: 'no_ar',
  check: ({ facts }) => (facts.rule.noActiveResponse ? `rule ${facts.rule.id} has the option no_ar` : undefined),
};
