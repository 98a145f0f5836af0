// Everything that a service goes by, read together, so that it is taken whole or not at all: settings, ossec.conf, rules, sources.
import { resolve } from 'node:path';
import { openHomeFiles } from '../config/home-files.ts';
import type { Problem } from '../config/position.ts';
import { findUnsafePath } from '../config/script-safety.ts';
import type { ResolvedSettings, SettingValues } from '../config/settings.ts';
import { readOwnUserId } from '../system/environment.ts';
import { checkTriggers } from './check-triggers.ts';
import type { HomePaths } from './home.ts';
import { compilers, type LoadedRules, type LoadOutcome, type ReadOptions, type Rules } from './rules.ts';
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
  readonly readSettings: () => ResolvedSettings;
}

/** Reads everything at once. */
export function readConfiguration(
  input: ConfigurationInput & { readonly rules: Pick<Rules, 'read'> },
): ConfigurationOutcome {
  const settings = input.readSettings();
  return assemble(input.paths, settings, input.rules.read(readOptionsOf(settings)));
}

/** The same for a service that has other things to do meanwhile: thousands of rules take seconds. */
export async function readConfigurationInTurns(
  input: ConfigurationInput & { readonly rules: Pick<Rules, 'readInTurns'> },
  turn: () => Promise<void>,
): Promise<ConfigurationOutcome> {
  const settings = input.readSettings();
  return assemble(input.paths, settings, await input.rules.readInTurns(turn, readOptionsOf(settings)));
}

/** Detection threads load the same texts. */
function readOptionsOf({ settings }: ResolvedSettings): ReadOptions {
  return { keepsTexts: settings.detectionThreads > 0 };
}

function assemble(paths: HomePaths, resolved: ResolvedSettings, outcome: LoadOutcome): ConfigurationOutcome {
  const { problems: ofSettings, ...values } = resolved;
  const { loaded, problems: ofRules } = outcome;
  const problems = [...ofSettings, ...ofRules];
  if (loaded === undefined) return { configuration: undefined, problems };
  const { settings } = values;
  const ownOutputs = [paths.alerts, paths.archivesJson, paths.archivesText, paths.firewallLog];
  const commandRefusal = whyNoCommands(paths.conf);
  const plan = planSources({ conf: loaded.conf, settings, home: paths.home, ownOutputs, commandRefusal });
  problems.push(...plan.problems);
  // Alerts of another program come from rules that are not loaded here.
  const ownAlertsOnly = plan.sources.every(({ kind }) => kind !== 'alerts');
  if (ownAlertsOnly) problems.push(...findDeadTriggers(loaded, ofRules));
  const isUsable = problems.every(({ severity }) => severity !== 'error');
  return { configuration: isUsable ? { values, loaded, plan } : undefined, problems };
}

/** As root nothing is run that others could have written. */
function whyNoCommands(conf: string): string | undefined {
  const unsafe = readOwnUserId() === 0 ? findUnsafePath(resolve(conf), openHomeFiles()) : undefined;
  return unsafe === undefined ? undefined : `${unsafe}, and the service runs as root`;
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
