// Everything that a service goes by, read together, so that it is taken whole or not at all: settings, ossec.conf, rules, sources.
import type { Problem } from '../config/position.ts';
import type { ResolvedSettings, SettingValues } from '../config/settings.ts';
import { checkTriggers } from './check-triggers.ts';
import type { HomePaths } from './home.ts';
import { compilers, type LoadedRules, type Rules } from './rules.ts';
import { planSources, type SourcePlan } from './sources.ts';

export interface Configuration {
  readonly values: SettingValues;
  readonly loaded: LoadedRules;
  readonly plan: SourcePlan;
}

export interface ConfigurationOutcome {
  /** Undefined where there is an error anywhere. */
  readonly configuration: Configuration | undefined;
  /** All of them, file by file. */
  readonly problems: readonly Problem[];
}

export interface ConfigurationInput {
  readonly paths: HomePaths;
  readonly rules: Pick<Rules, 'read'>;
  readonly readSettings: () => ResolvedSettings;
}

export function readConfiguration({ paths, rules, readSettings }: ConfigurationInput): ConfigurationOutcome {
  const { problems: ofSettings, ...values } = readSettings();
  const { loaded, problems: ofRules } = rules.read();
  const problems = [...ofSettings, ...ofRules];
  if (loaded === undefined) return { configuration: undefined, problems };
  const { settings } = values;
  const plan = planSources({ conf: loaded.conf, settings, home: paths.home, ownOutputs: [paths.alerts] });
  problems.push(...plan.problems);
  // Alerts of another program come from rules that are not loaded here.
  const ownAlertsOnly = plan.sources.every(({ kind }) => kind === 'syslog');
  if (ownAlertsOnly) problems.push(...findDeadTriggers(loaded, ofRules));
  const isUsable = problems.every(({ severity }) => severity !== 'error');
  return { configuration: isUsable ? { values, loaded, plan } : undefined, problems };
}

/** Without those in places where something has been told already. */
function findDeadTriggers(loaded: LoadedRules, told: readonly Problem[]): readonly Problem[] {
  const place = ({ position }: Problem): string => `${position.file}:${position.line}:${position.column}`;
  const places = new Set(told.map(place));
  const { compileGroupPattern } = compilers;
  const found = checkTriggers({
    responses: loaded.conf.activeResponses,
    rules: loaded.listRules(),
    compileGroupPattern,
  });
  return found.filter((problem) => !places.has(place(problem)));
}
