// The settings of the service: from flags, variables and `etc/riposte.yaml`, in this order, else the default.
import { suggestName } from './nearest-name.ts';
import { type Position, type Problem, positionOutsideFiles } from './position.ts';
import { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';
import { readSettingsFile } from './settings-file.ts';
import { type SettingDefinition, type Settings, settingsTable } from './settings-table.ts';

export type { Settings } from './settings-table.ts';

export type SettingName = keyof Settings;
export type SettingOrigin = 'default' | 'file' | 'environment' | 'flag';

/** By the names of `Settings`, which are also those that commander gives to `--lift-on-stop`. Texts are converted. */
export type SettingFlags = Readonly<Partial<Record<SettingName, unknown>>>;

export interface SettingsInput {
  /** Undefined where there is no file. */
  readonly yamlText: string | undefined;
  /** The path of the file, for positions. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly flags: SettingFlags;
}

export interface ResolvedSettings {
  /** A setting in error has its default here; use none of them where `problems` has an error. */
  readonly settings: Settings;
  readonly origins: Readonly<Record<SettingName, SettingOrigin>>;
  readonly problems: readonly Problem[];
}

interface GivenValue {
  readonly value: unknown;
  readonly origin: SettingOrigin;
  readonly position: Position;
}

/** The names in the order of the table. */
export const settingNames = Object.keys(settingsTable) as readonly SettingName[];

/** The variable of a setting: `RIPOSTE_LIFT_ON_STOP`. */
export function getVariableName(key: string): string {
  return `RIPOSTE_${key.toUpperCase()}`;
}

/** The flag of a setting: `--lift-on-stop`. */
export function getFlagName(key: string): string {
  return `--${key.replaceAll('_', '-')}`;
}

/** Pure. Every problem at once; unknown keys are errors. */
export function resolveSettings(input: SettingsInput): ResolvedSettings {
  const problems = new ProblemList();
  const fromFile = collectFromFile(input, problems);
  warnOfUnknownVariables(input.environment, problems);
  const origins: Partial<Record<SettingName, SettingOrigin>> = {};
  const resolve = <Name extends SettingName>(name: Name): Settings[Name] => {
    const definition: SettingDefinition<Settings[Name]> = settingsTable[name];
    const given = readFlag(name, input) ?? readVariable(name, input) ?? fromFile.get(name);
    origins[name] = given?.origin ?? 'default';
    return given === undefined ? definition.default : readValue(definition, given, problems);
  };
  const settings: Settings = {
    alerts: resolve('alerts'),
    alertsRotation: resolve('alertsRotation'),
    stdin: resolve('stdin'),
    stdinFormat: resolve('stdinFormat'),
    observe: resolve('observe'),
    liftOnStop: resolve('liftOnStop'),
    maxEventAgeSeconds: resolve('maxEventAgeSeconds'),
    scriptDeadlineSeconds: resolve('scriptDeadlineSeconds'),
    maxRunningPerExecutable: resolve('maxRunningPerExecutable'),
    maxRunning: resolve('maxRunning'),
    revertSlots: resolve('revertSlots'),
    repeatedOffendersClimbInForce: resolve('repeatedOffendersClimbInForce'),
    neverBlock: resolve('neverBlock'),
    reconcileIntervalSeconds: resolve('reconcileIntervalSeconds'),
    protectedAccounts: resolve('protectedAccounts'),
    detectionThreads: resolve('detectionThreads'),
    journalSenders: resolve('journalSenders'),
    httpListen: resolve('httpListen'),
    alertMappings: resolve('alertMappings'),
  };
  return { settings, origins: origins as Record<SettingName, SettingOrigin>, problems: problems.sorted() };
}

function collectFromFile(input: SettingsInput, problems: ProblemList): ReadonlyMap<SettingName, GivenValue> {
  const given = new Map<SettingName, GivenValue>();
  if (input.yamlText === undefined) return given;
  const byKey = new Map(settingNames.map((name) => [settingsTable[name].key, name]));
  for (const { key, value, keyPosition, valuePosition } of readSettingsFile(input.yamlText, input.file, problems)) {
    const name = byKey.get(key);
    if (name === undefined) {
      problems.addError(keyPosition, `${quoteValue(key)} is not a setting.${suggestName(key, byKey.keys())}`);
      continue;
    }
    given.set(name, { value, origin: 'file', position: valuePosition });
  }
  return given;
}

function readFlag(name: SettingName, { flags }: SettingsInput): GivenValue | undefined {
  const value = flags[name];
  if (value === undefined) return undefined;
  return convertText(name, value, { origin: 'flag', source: getFlagName(settingsTable[name].key) });
}

/** An empty variable counts as not set. */
function readVariable(name: SettingName, { environment }: SettingsInput): GivenValue | undefined {
  const variable = getVariableName(settingsTable[name].key);
  const value = environment[variable];
  if (value === undefined || value === '') return undefined;
  return convertText(name, value, { origin: 'environment', source: variable });
}

function convertText(
  name: SettingName,
  value: unknown,
  { origin, source }: { readonly origin: SettingOrigin; readonly source: string },
): GivenValue {
  const position = positionOutsideFiles(source);
  return { value: typeof value === 'string' ? parseText(settingsTable[name].kind, value) : value, origin, position };
}

/** A text that is no value of the kind stays a text, which the schema then refuses. */
function parseText(kind: SettingDefinition<unknown>['kind'], text: string): unknown {
  if (kind === 'switch') return text === 'true' ? true : text === 'false' ? false : text;
  if (kind === 'number') return /^\d+$/.test(text) ? Number(text) : text;
  if (kind === 'list')
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  if (kind === 'table') return parseTable(text);
  return text;
}

/** JSON, where there is no room for YAML. */
function parseTable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readValue<T>(definition: SettingDefinition<T>, given: GivenValue, problems: ProblemList): T {
  const result = definition.schema.safeParse(given.value);
  if (result.success) return result.data;
  if (definition.kind === 'table' && typeof given.value === 'object') {
    for (const { path, message } of result.error.issues)
      problems.addError(given.position, `${[definition.key, ...path].join('.')}: ${message}.`);
    return definition.default;
  }
  const at = result.error.issues[0]?.path[0];
  const shown = Array.isArray(given.value) && typeof at === 'number' ? given.value[at] : given.value;
  problems.addError(given.position, `${definition.key} has ${showValue(shown)}; it must be ${definition.expectation}.`);
  return definition.default;
}

function showValue(value: unknown): string {
  return typeof value === 'string' ? quoteValue(value) : quoteValue(JSON.stringify(value) ?? String(value));
}

/** Other variables may share the prefix, so only one that is nearly a setting is told. */
function warnOfUnknownVariables(environment: SettingsInput['environment'], problems: ProblemList): void {
  const known = settingNames.map((name) => getVariableName(settingsTable[name].key));
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith('RIPOSTE_') || known.includes(variable)) continue;
    const suggestion = suggestName(
      variable.slice('RIPOSTE_'.length),
      known.map((name) => name.slice('RIPOSTE_'.length)),
    );
    if (suggestion === '') continue;
    problems.addWarning(positionOutsideFiles(variable), `this variable is not a setting.${suggestion}`);
  }
}

/** One setting as `riposte settings` shows it. */
export interface SettingRow {
  readonly key: string;
  readonly variable: string;
  readonly flag: string;
  readonly value: unknown;
  readonly default: unknown;
  readonly origin: SettingOrigin;
  readonly description: string;
}

export type SettingValues = Pick<ResolvedSettings, 'settings' | 'origins'>;

/** In the order of the table; what has no value has null. */
export function describeSettings({ settings, origins }: SettingValues): readonly SettingRow[] {
  return settingNames.map((name) => {
    const { key, default: byDefault, description } = settingsTable[name];
    return {
      key,
      variable: getVariableName(key),
      flag: getFlagName(key),
      value: toShown(settings[name]),
      default: toShown(byDefault),
      origin: origins[name],
      description,
    };
  });
}

/** Of a table its names. */
function toShown(value: unknown): unknown {
  return value instanceof Map ? [...value.keys()] : (value ?? null);
}

/** What a running service takes up of new settings, and the keys of those that differ and wait for a restart. */
export function takeUpSettings(
  running: SettingValues,
  next: SettingValues,
): SettingValues & { readonly needRestart: readonly string[] } {
  const settings: Record<string, unknown> = { ...next.settings };
  const origins = { ...next.origins };
  const needRestart: string[] = [];
  for (const name of settingNames) {
    const { key, needsRestart } = settingsTable[name];
    if (!needsRestart) continue;
    if (settings[name] !== running.settings[name]) needRestart.push(key);
    settings[name] = running.settings[name];
    origins[name] = running.origins[name];
  }
  return { settings: settings as unknown as Settings, origins, needRestart };
}
