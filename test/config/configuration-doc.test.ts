// docs/configuration.md says of every setting what the one table says.
import { describe, expect, it } from 'vitest';
import { getFlagName, getVariableName, settingNames } from '../../src/config/settings.ts';
import { settingsTable } from '../../src/config/settings-table.ts';
import { readProjectFile } from '../repo/source-files.ts';

const text = readProjectFile('docs/configuration.md');

function showDefault(value: unknown): string {
  const list = value instanceof Map ? [...value.keys()] : value;
  const shown = Array.isArray(list) ? list.join(', ') : String(list ?? '');
  return shown === '' ? 'none' : `\`${shown}\``;
}

const expected = settingNames.map((name) => {
  const { key, default: byDefault, expectation, needsRestart, description } = settingsTable[name];
  const names = [key, getVariableName(key), getFlagName(key)].map((one) => `\`${one}\``).join(', ');
  return `| ${names} | ${expectation} | ${showDefault(byDefault)} | ${needsRestart ? 'a restart' : 'a reload'} | ${description} |`;
});

describe('docs/configuration.md', () => {
  it('has a row for each setting, as the table has it, and no other', () => {
    const [section = ''] = text.slice(text.indexOf('## Settings')).split(/\n(?=## [^S])/);
    expect(section.split('\n').filter((line) => line.startsWith('| `'))).toEqual(expected);
  });
});
