// Responses write to a log that is read back as alerts. Answered by level or group, each answer would bring the next,
// for ever; naming the rule in rules_id is the way to say that it is meant.
import type { Guard } from './guard.ts';

const ownGroup = /(?:^|,)active_response(?:,|$)/;

export const ownResponseGuard: Guard = {
  name: 'own_response',
  check: ({ facts, binding }) =>
    !binding.byRuleId && ownGroup.test(facts.rule.groupString)
      ? `rule ${facts.rule.id} is about a response of our own, and rules_id does not name it`
      : undefined,
};
