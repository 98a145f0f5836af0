// Each setting as a flag, made from the one table. // config/settings-table.ts
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { getFlagName, type SettingFlags, settingNames } from '../config/settings.ts';
import { type SettingDefinition, settingsTable } from '../config/settings-table.ts';

const placeholders: Readonly<Record<SettingDefinition<unknown>['kind'], string>> = {
  path: '<file>',
  switch: '[true|false]',
  number: '<n>',
  list: '<a,b>',
  choice: '<word>',
  text: '<text>',
  table: '<json>',
};

function showDefault(value: unknown): string {
  const shown = value instanceof Map ? [...value.keys()] : value;
  const text = Array.isArray(shown) ? shown.join(',') : String(shown ?? '');
  return text === '' ? '' : ` (default: ${text})`;
}

function toOption({ key, kind, default: byDefault, description, expectation }: SettingDefinition<unknown>): Option {
  const choice = kind === 'choice' ? `<${expectation.replaceAll(' or ', '|')}>` : placeholders[kind];
  const option = new Option(`${getFlagName(key)} ${choice}`, `${description}${showDefault(byDefault)}`);
  // A list may be given in one flag or in several.
  if (kind === 'list') option.argParser((text, before?: string) => (before === undefined ? text : `${before},${text}`));
  return option;
}

export function addSettingFlags(command: Command): Command {
  for (const name of settingNames) command.addOption(toOption(settingsTable[name]));
  return command;
}

/** The settings among the options of a command. A path counts from the current folder, as everywhere on a command line. */
export function pickSettingFlags(options: Readonly<Record<string, unknown>>): SettingFlags {
  return Object.fromEntries(
    settingNames
      .filter((name) => options[name] !== undefined)
      .map((name) => {
        const value = options[name];
        return [name, settingsTable[name].kind === 'path' && value !== '' ? resolve(String(value)) : value];
      }),
  );
}
