// The settings of a home, from its file, the variables and the flags of a command.
import { readFileSync } from 'node:fs';
import { errorText } from '../alert/error-text.ts';
import type { Problem } from '../config/position.ts';
import { type ResolvedSettings, resolveSettings, type SettingFlags, type Settings } from '../config/settings.ts';
import type { HomePaths } from '../manager/home.ts';
import { type Surroundings, tellProblems } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';

function readFile(path: string): { readonly text: string | undefined; readonly problems: readonly Problem[] } {
  try {
    return { text: readFileSync(path, 'utf8'), problems: [] };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { text: undefined, problems: [] };
    const message = `this file cannot be read: ${errorText(error)}.`;
    return {
      text: undefined,
      problems: [{ severity: 'error', position: { file: path, line: 1, column: 1 }, message }],
    };
  }
}

/** Never throws: what is wrong is among the problems. */
export function readSettings(
  paths: HomePaths,
  surroundings: Pick<Surroundings, 'environment'>,
  flags: SettingFlags = {},
): ResolvedSettings {
  const { text: yamlText, problems } = readFile(paths.settings);
  const resolved = resolveSettings({ yamlText, file: paths.settings, environment: surroundings.environment, flags });
  return { ...resolved, problems: [...problems, ...resolved.problems] };
}

/** For what must be possible whatever the settings say: a revert. One in error has its default, and is told. */
export function readSettingsAnyway(paths: HomePaths, surroundings: Surroundings): Settings {
  const { settings, problems } = readSettings(paths, surroundings);
  tellProblems(problems, surroundings);
  return settings;
}

/** Tells every problem. Throws CommandFailure where one is an error. */
export function readSettingsOrFail(paths: HomePaths, surroundings: Surroundings): Settings {
  const { settings, problems } = readSettings(paths, surroundings);
  tellProblems(problems, surroundings);
  if (problems.some(({ severity }) => severity === 'error'))
    throw new CommandFailure('the settings have errors', exitStatus.refused);
  return settings;
}
