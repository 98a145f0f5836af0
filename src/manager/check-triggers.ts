// Warns of responses that no loaded rule can ever trigger.
import type { RuleFacts } from '../alert/alert.ts';
import type { ActiveResponse } from '../config/ossec-conf.ts';
import type { Problem } from '../config/position.ts';
import { quoteValue } from '../config/quote-value.ts';
import type { TextMatcher } from '../decide/facts.ts';

export interface TriggerCheck {
  readonly responses: readonly ActiveResponse[];
  /** All that are loaded. */
  readonly rules: readonly RuleFacts[];
  readonly compileGroupPattern: (pattern: string) => TextMatcher;
}

const isAnswered = ({ level, noActiveResponse }: RuleFacts): boolean => level > 0 && !noActiveResponse;

/** Pure. Only for a configuration whose alerts come from these rules alone. */
export function checkTriggers({ responses, rules, compileGroupPattern }: TriggerCheck): readonly Problem[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const answered = rules.filter(isAnswered);
  return responses.flatMap((response) => checkResponse(response, { byId, answered, compileGroupPattern }));
}

interface Loaded extends Pick<TriggerCheck, 'compileGroupPattern'> {
  readonly byId: ReadonlyMap<string, RuleFacts>;
  readonly answered: readonly RuleFacts[];
}

function checkResponse(response: ActiveResponse, loaded: Loaded): Problem[] {
  const { rulesIds = new Set<string>(), triggerPositions } = response;
  const ids = [...rulesIds];
  const live = ids.filter((id) => isLive(loaded.byId.get(id)));
  const dead = describeIds(
    ids.filter((id) => !live.includes(id)),
    loaded,
  );
  const criteria = examineCriteria(response, loaded);
  const never = live.length > 0 || criteria.holds ? '' : ': this response never triggers';
  const findings = [
    { message: dead === undefined ? undefined : `${dead}${never}.`, position: triggerPositions?.rulesIds },
    {
      message: criteria.finding === undefined ? undefined : `${criteria.finding}${never}.`,
      position: triggerPositions?.rulesGroup ?? triggerPositions?.level,
    },
  ];
  return findings.flatMap(({ message, position }) =>
    message === undefined ? [] : [{ severity: 'warning', position: position ?? response.position, message }],
  );
}

function isLive(rule: RuleFacts | undefined): boolean {
  return rule !== undefined && isAnswered(rule);
}

function describeIds(ids: readonly string[], { byId }: Loaded): string | undefined {
  const unknown = ids.filter((id) => !byId.has(id));
  const silent = ids.filter((id) => byId.has(id));
  const parts: string[] = [];
  if (unknown.length > 0) parts.push(`no loaded rule has the id ${unknown.join(' or ')}`);
  if (silent.length > 0) parts.push(`level 0 or no_ar keeps rule ${silent.join(' and ')} from being answered`);
  return parts.length === 0 ? undefined : parts.join(', and ');
}

/** Level and group: whether some rule meets both, and what is wrong where none does. */
function examineCriteria(
  { level, rulesGroup }: ActiveResponse,
  { answered, compileGroupPattern }: Loaded,
): { readonly holds: boolean; readonly finding: string | undefined } {
  if (level === undefined && rulesGroup === undefined) return { holds: false, finding: undefined };
  const matches = rulesGroup === undefined ? () => true : compileGroupPattern(rulesGroup);
  const ofGroup = answered.filter(({ groupString }) => matches(groupString));
  if (ofGroup.some((rule) => rule.level >= (level ?? 0))) return { holds: true, finding: undefined };
  const group = rulesGroup === undefined ? '' : ` has a group that matches ${quoteValue(rulesGroup)}`;
  if (ofGroup.length === 0 && rulesGroup !== undefined) return { holds: false, finding: `no loaded rule${group}` };
  return { holds: false, finding: `no loaded rule of level ${level} or higher${group || ' is answered'}` };
}
