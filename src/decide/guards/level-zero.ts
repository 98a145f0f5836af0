// A rule of level 0 says that its event is of no interest, so nothing answers it, not even where rules_id names it.
import type { Guard } from './guard.ts';

export const levelZeroGuard: Guard = {
  name: 'level_0',
  check: ({ facts }) =>
    facts.rule.level === 0 ? `rule ${facts.rule.id} is of level 0, which is never answered` : undefined,
};
