// riposte settings: each setting with its value, default and origin.
import { existsSync, readFileSync } from 'node:fs';
import { escapeControls } from '../alert/escape.ts';
import { formatProblem } from '../config/position.ts';
import { resolveSettings, settingNames } from '../config/settings.ts';
import { settingsTable } from '../config/settings-table.ts';
import { type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { exitStatus } from './exit-status.ts';
import { formatTable } from './table.ts';

function show(value: unknown): string {
  if (value === undefined) return '(none)';
  if (Array.isArray(value))
    return (
      value.map((one) => (typeof one === 'string' ? one : (one.text ?? JSON.stringify(one)))).join(', ') || '(none)'
    );
  return String(value);
}

export async function runSettings(surroundings: Surroundings, options: CommonOptions): Promise<number> {
  const paths = choosePaths(options, surroundings);
  const { settings, origins, problems } = resolveSettings({
    yamlText: existsSync(paths.settings) ? readFileSync(paths.settings, 'utf8') : undefined,
    file: paths.settings,
    environment: surroundings.environment,
    flags: {},
  });
  const rows = settingNames.map((name) => ({
    key: settingsTable[name].key,
    value: settings[name] ?? null,
    default: settingsTable[name].default ?? null,
    origin: origins[name],
    description: settingsTable[name].description,
  }));
  if (options.json) surroundings.out(`${JSON.stringify(rows)}\n`);
  else {
    const cells = rows.map((row) => [
      row.key,
      show(row.value ?? undefined),
      show(row.default ?? undefined),
      row.origin,
      row.description,
    ]);
    surroundings.out(
      formatTable(
        ['SETTING', 'VALUE', 'DEFAULT', 'ORIGIN', 'MEANING'],
        cells.map((row) => row.map(escapeControls)),
      ),
    );
  }
  for (const problem of problems) surroundings.err(`${escapeControls(formatProblem(problem))}\n`);
  return problems.some((problem) => problem.severity === 'error') ? exitStatus.refused : exitStatus.done;
}
