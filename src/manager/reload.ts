// Takes up a changed configuration while the service runs: whole, or nothing of it.
import type { Agent } from '../agent/agent.ts';
import type { Problem } from '../config/position.ts';
import { type SettingValues, takeUpSettings } from '../config/settings.ts';
import type { Configuration, ConfigurationOutcome } from './configuration.ts';
import type { DetectionPool } from './detection/detection-pool.ts';
import { agentSettings } from './local-agent.ts';
import type { Pipeline } from './pipeline.ts';
import type { Protection } from './protection.ts';
import type { Rules } from './rules.ts';
import type { SourceSet } from './source-set.ts';
import { type PlannedSource, stdinLocation } from './sources.ts';

export interface ReloadAnswer {
  readonly loaded: boolean;
  readonly problems: readonly Problem[];
  /** Keys of settings that have changed and wait for a restart. */
  readonly needRestart: readonly string[];
}

export interface ReloaderDeps {
  /** What holds at first. */
  readonly configuration: Configuration;
  readonly readConfiguration: () => Promise<ConfigurationOutcome>;
  readonly rules: Pick<Rules, 'use'>;
  readonly pipeline: Pick<Pipeline, 'useRules'>;
  readonly protection: Pick<Protection, 'use'>;
  readonly agent: Pick<Agent, 'use'>;
  readonly sources: Pick<SourceSet, 'drop' | 'add'>;
  /** Where other threads judge. */
  readonly pool?: Pick<DetectionPool, 'prepare' | 'takeUp'> | undefined;
}

export interface Reloader {
  /** One after the other where it is asked for twice. Never rejects for what the files say; where a detection thread fails with what the main one could load. */
  readonly reload: () => Promise<ReloadAnswer>;
  /** The settings that hold now. */
  readonly values: () => SettingValues;
  /** Resolves when no reload is under way. */
  readonly settled: () => Promise<void>;
}

export function createReloader(deps: ReloaderDeps): Reloader {
  let { values, plan } = deps.configuration;
  let last: Promise<unknown> = Promise.resolve();

  /** Standard input is read, or not, for as long as the process lives. */
  function keepStdin(next: readonly PlannedSource[]): readonly PlannedSource[] {
    const isStdin = ({ location }: PlannedSource): boolean => location === stdinLocation;
    return [...next.filter((source) => !isStdin(source)), ...plan.sources.filter(isStdin)];
  }

  async function takeUp({ loaded, values: nextValues, plan: nextPlan }: Configuration): Promise<readonly string[]> {
    const { needRestart, ...taken } = takeUpSettings(values, nextValues);
    const sources = keepStdin(nextPlan.sources);
    await deps.pool?.prepare(loaded);
    // Lines that stand in a source that is gone are still judged by what held when they were written.
    await deps.sources.drop(sources);
    const useRules = (): void => {
      deps.rules.use(loaded);
      deps.pipeline.useRules(loaded);
    };
    if (deps.pool === undefined) useRules();
    else await deps.pool.takeUp(useRules);
    values = taken;
    plan = { ...nextPlan, sources };
    deps.protection.use(loaded.table, values.settings);
    deps.agent.use(agentSettings(values.settings, loaded.conf));
    deps.sources.add(sources);
    return needRestart;
  }

  async function reload(): Promise<ReloadAnswer> {
    const { configuration, problems } = await deps.readConfiguration();
    if (configuration === undefined) return { loaded: false, problems, needRestart: [] };
    return { loaded: true, problems, needRestart: await takeUp(configuration) };
  }

  return {
    values: () => values,
    reload() {
      const next = last.then(reload);
      last = next.catch(() => undefined);
      return next;
    },
    async settled() {
      await last;
    },
  };
}
