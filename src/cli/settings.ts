// riposte settings: each setting with its value, default and origin.
import { escapeControls } from '../alert/escape.ts';
import { describeSettings, type SettingRow } from '../config/settings.ts';
import { askIfUp, type CommonOptions, choosePaths, type Surroundings, tellProblems } from './context.ts';
import { exitStatus } from './exit-status.ts';
import { readSettings } from './read-settings.ts';
import { formatTable } from './table.ts';

function show(value: unknown): string {
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  return text === '' ? '(none)' : text;
}

function formatSettings(rows: readonly SettingRow[]): string {
  const cells = rows.map((row) => [row.key, show(row.value), show(row.default), row.origin, row.description]);
  return formatTable(
    ['SETTING', 'VALUE', 'DEFAULT', 'ORIGIN', 'MEANING'],
    cells.map((row) => row.map(escapeControls)),
  );
}

/** Those that the running service goes by, its flags included; where none runs, those that a start would go by. */
export async function runSettings(surroundings: Surroundings, options: CommonOptions): Promise<number> {
  const paths = choosePaths(options, surroundings);
  const print = (rows: readonly SettingRow[]): void =>
    surroundings.out(options.json ? `${JSON.stringify(rows)}\n` : formatSettings(rows));
  const running = await askIfUp(paths, 'settings');
  if (running !== undefined) {
    print(running as readonly SettingRow[]);
    return exitStatus.done;
  }
  const resolved = readSettings(paths, surroundings);
  print(describeSettings(resolved));
  tellProblems(resolved.problems, surroundings);
  return resolved.problems.some((problem) => problem.severity === 'error') ? exitStatus.refused : exitStatus.done;
}
