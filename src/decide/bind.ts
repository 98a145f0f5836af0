// Which responses a rule binds to. // spec decisions "Which rules a block binds to"
import type { RuleFacts } from '../alert/alert.ts';
import type { ActiveResponse, Location } from '../config/ossec-conf.ts';
import type { TextMatcher } from './facts.ts';

/** A response that a rule binds to. */
export interface Binding {
  readonly response: ActiveResponse;
  /** Ends a decision's id: the response's name, and a number where an earlier block has the same name. */
  readonly idSuffix: string;
  readonly locations: readonly Location[];
  /** Bound because `rules_id` lists the rule, whatever its level and group. */
  readonly byRuleId: boolean;
  /** The criterion that held, for people: `level 10 or higher`. */
  readonly cause: string;
}

export interface Binder {
  /** In document order. `no_ar` and level 0 are guards, so that they can be told; they do not count here. */
  bind(rule: RuleFacts): readonly Binding[];
}

interface Candidate {
  readonly response: ActiveResponse;
  readonly matchesGroup: TextMatcher | undefined;
  readonly byId: Binding;
  readonly byCriteria: Binding;
}

const locationOrder: readonly Location[] = ['server', 'local', 'defined-agent', 'all'];

// Alerts from outside bring group strings of their own making; what is remembered of them must not grow for ever.
const memoryLimit = 10_000;

export function prepareBinder(
  responses: readonly ActiveResponse[],
  compileGroupPattern: (pattern: string) => TextMatcher,
): Binder {
  const candidates = toCandidates(responses, compileGroupPattern);
  const memory = new Map<string, readonly Binding[]>();
  // Our own detection hands in the same object for all alerts of a rule.
  const byIdentity = new WeakMap<RuleFacts, readonly Binding[]>();
  function bindNew(rule: RuleFacts): readonly Binding[] {
    const key = `${rule.id} ${rule.level} ${rule.groupString}`;
    const known = memory.get(key);
    if (known !== undefined) return known;
    const bindings = candidates.map((candidate) => bindOne(candidate, rule)).filter((binding) => binding !== undefined);
    if (memory.size >= memoryLimit) memory.clear();
    memory.set(key, bindings);
    return bindings;
  }
  return {
    bind(rule) {
      let bindings = byIdentity.get(rule);
      if (bindings === undefined) {
        bindings = bindNew(rule);
        byIdentity.set(rule, bindings);
      }
      return bindings;
    },
  };
}

function bindOne(candidate: Candidate, rule: RuleFacts): Binding | undefined {
  const { response, matchesGroup } = candidate;
  if (response.rulesIds?.has(rule.id)) return candidate.byId;
  if (response.level === undefined && matchesGroup === undefined) return undefined;
  if (response.level !== undefined && rule.level < response.level) return undefined;
  if (matchesGroup !== undefined && !matchesGroup(rule.groupString)) return undefined;
  return candidate.byCriteria;
}

function toCandidates(
  responses: readonly ActiveResponse[],
  compileGroupPattern: (pattern: string) => TextMatcher,
): Candidate[] {
  const timesSeen = new Map<string, number>();
  return responses.map((response) => {
    const position = (timesSeen.get(response.name) ?? 0) + 1;
    timesSeen.set(response.name, position);
    const common = {
      response,
      // The colon separates, so that no name may hold one; `#` counts, so likewise.
      idSuffix: `:${encodeURIComponent(response.name)}${position === 1 ? '' : `#${position}`}`,
      locations: locationOrder.filter((location) => response.locations.has(location)),
    };
    return {
      response,
      matchesGroup: response.rulesGroup === undefined ? undefined : compileGroupPattern(response.rulesGroup),
      byId: { ...common, byRuleId: true, cause: 'rules_id lists the rule' },
      byCriteria: { ...common, byRuleId: false, cause: describeCriteria(response) },
    };
  });
}

function describeCriteria({ level, rulesGroup }: ActiveResponse): string {
  const criteria: string[] = [];
  if (level !== undefined) criteria.push(`the level is ${level} or higher`);
  if (rulesGroup !== undefined) criteria.push(`rules_group '${rulesGroup}' matches`);
  return criteria.join(' and ');
}
