// Loaded rules, made ready for threads: what each of them is sent, and who judges which agent.
import type { RuleFacts } from '../../alert/alert.ts';
import type { PatternWatchOptions } from '../../detect/patterns/pattern-watch.ts';
import { createSharedMemory } from '../../detect/shared-counts.ts';
import type { RulesetTexts } from '../ruleset-texts.ts';
import type { SharedRuleset } from './detection-thread.ts';
import type { EngineSettings } from './protocol.ts';
import { createRoute, type Route } from './route.ts';

/** The loaded rules, as far as threads need them. */
export interface PoolRules {
  readonly texts: RulesetTexts | undefined;
  /** In the order of loading. */
  readonly listRules: () => readonly RuleFacts[];
  /** Ids of the rules that count over all agents. */
  readonly rulesOverAgents: readonly string[];
  readonly conf: Pick<EngineSettings, 'logAlertLevel' | 'memorySize'>;
  readonly records: EngineSettings['records'];
  readonly mitre: EngineSettings['mitre'];
  readonly seed: number;
  /** Is told of patterns that are slow, with the names of files that the texts have. */
  readonly tellSlow?: PatternWatchOptions['onSlow'];
}

export interface PreparedRules {
  readonly ruleset: SharedRuleset;
  readonly route: Route;
  /** By id. */
  readonly facts: ReadonlyMap<string, RuleFacts>;
  /** For the operator; undefined where all threads are used. */
  readonly remark: string | undefined;
  readonly tellSlow: PatternWatchOptions['onSlow'];
}

export function prepareRules(
  { texts, listRules, rulesOverAgents, conf, records, mitre, seed, tellSlow }: PoolRules,
  { number, threads, hostname }: { readonly number: number; readonly threads: number; readonly hostname: string },
): PreparedRules {
  if (texts === undefined) throw new Error('the texts of the ruleset were not kept');
  const facts = listRules();
  const { logAlertLevel, memorySize } = conf;
  const isDivided = threads === 1 || rulesOverAgents.length === 0;
  return {
    ruleset: {
      number,
      texts,
      settings: { hostname, logAlertLevel, memorySize, records, mitre, seed },
      shared: createSharedMemory(facts.length),
      ruleIds: facts.map(({ id }) => id),
    },
    tellSlow,
    route: createRoute(threads, isDivided),
    facts: new Map(facts.map((each) => [each.id, each])),
    remark: isDivided
      ? undefined
      : `rules with <global_frequency> count over all agents (${rulesOverAgents.join(', ')}): one of the ${threads} detection threads judges every event`,
  };
}
