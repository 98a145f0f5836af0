// (alert, configuration, facts, now) → decisions. Pure: it never waits, reads nothing, changes nothing but its own memory of bindings.
import type { OssecConf } from '../config/ossec-conf.ts';
import { type AllowList, prepareAllowList } from './allow-list.ts';
import { type Binder, prepareBinder } from './bind.ts';
import type { Decision } from './decision.ts';
import type { DecisionFacts, TextMatcher } from './facts.ts';
import { type GuardInput, passGuards } from './guards/guards.ts';
import { locateTargets } from './targets.ts';

/** A configuration made ready for deciding, once. */
export interface DecisionTable {
  readonly conf: OssecConf;
  readonly binder: Binder;
  readonly allowList: AllowList;
}

/** Compilers of the two pattern languages of the configuration. A pattern that cannot be compiled gives a matcher that never matches. */
export interface PatternCompilers {
  /** OS_Regex, searched without regard to ASCII case. // spec decisions "rules_group" */
  readonly compileGroupPattern: (pattern: string) => TextMatcher;
  /** OS_Match, without regard to ASCII case. // spec decisions "White list" */
  readonly compileNamePattern: (pattern: string) => TextMatcher;
}

export function prepareDecisions(conf: OssecConf, compilers: PatternCompilers): DecisionTable {
  return {
    conf,
    binder: prepareBinder(conf.activeResponses, compilers.compileGroupPattern),
    allowList: prepareAllowList(conf.allowList, compilers.compileNamePattern),
  };
}

/** One decision for each response that the rule binds to, in document order; those that a guard stops included. */
export function decide(table: DecisionTable, facts: DecisionFacts): Decision[] {
  const decisions: Decision[] = [];
  for (const binding of table.binder.bind(facts.rule)) {
    const { response } = binding;
    const input: GuardInput = {
      facts,
      binding,
      decisionId: facts.alert.id + binding.idSuffix,
      whereabouts: locateTargets(response, facts.alert.agent.id, facts.agents),
      lookup: facts.targetOf(response.command.executable, facts.alert),
      allowList: table.allowList,
      responsesDisabled: table.conf.responsesDisabled,
    };
    decisions.push(toDecision(input));
  }
  return decisions;
}

function toDecision(input: GuardInput): Decision {
  const { facts, binding, lookup, whereabouts } = input;
  const { response } = binding;
  const refusal = passGuards(input);
  return {
    id: input.decisionId,
    alertId: facts.alert.id,
    ruleId: facts.rule.id,
    ruleDescription: facts.alert.rule.description,
    response: response.name,
    executable: response.command.executable,
    extraArgs: response.command.extraArgs,
    locations: binding.locations,
    agents: whereabouts.agents,
    target: lookup.kind === 'target' ? lookup.target : undefined,
    timeoutSeconds: response.timeoutSeconds,
    eventMs: facts.eventMs,
    decidedAtMs: facts.nowMs,
    outcome: refusal === undefined ? 'run' : refusal.guard === 'too_old' ? 'expired' : 'suppressed',
    guard: refusal?.guard,
    reason: refusal?.reason ?? `${binding.cause}; ${whereabouts.reason}`,
  };
}
