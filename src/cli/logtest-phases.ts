// What logtest prints for a line: the three phases with the headings and the order that people and their scripts know from wazuh-logtest.
import type { JsonValue } from '../alert/alert.ts';
import { escapeControls } from '../alert/escape.ts';
import type { LogtestResult } from '../detect/logtest-result.ts';

type Members = Readonly<Record<string, unknown>>;

/** Lists and truth values as wazuh-logtest writes them: `['a', 'b']`, `True`. */
function formatValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => formatItem(item)).join(', ')}]`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

function formatItem(value: JsonValue): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? JSON.stringify(value)
    : formatValue(value);
}

/** A line for each member: those of `first`, then the others in the order of their names; nested ones with the name of their parent. */
function formatMembers(members: Members, first: readonly string[] = [], prefix = ''): string {
  const names = Object.keys(members).filter((name) => members[name] !== undefined);
  const ordered = [
    ...first.filter((name) => names.includes(name)),
    ...names.filter((name) => !first.includes(name)).sort(),
  ];
  return ordered.map((name) => formatMember(prefix + name, members[name])).join('');
}

function formatMember(name: string, value: unknown): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return formatMembers(value as Members, [], `${name}.`);
  }
  return `\t${escapeControls(name)}: '${escapeControls(formatValue(value))}'\n`;
}

/** `between`: what is to stand between the second phase and the third, without a line end after it. */
export function formatPhases(result: LogtestResult, between = ''): string {
  const { output, predecoding, decoder, fields, rule } = result;
  const event = output.full_log === undefined ? '' : formatMember('full event', output.full_log);
  const first = event + formatMembers(predecoding, ['timestamp', 'hostname', 'program_name']);
  const second =
    Object.keys(decoder).length === 0
      ? '\tNo decoder matched.\n'
      : formatMembers(decoder, ['name', 'parent']) + formatMembers(fields);
  const named = ['id', 'level', 'description', 'groups', 'firedtimes'];
  const third =
    rule === undefined
      ? ''
      : `\n**Phase 3: Completed filtering (rules).\n${formatMembers({ level: 0, ...rule }, named)}`;
  const note = result.alert ? '**Alert to be generated.\n' : '';
  const middle = between === '' ? '' : `\n${between}\n`;
  return `**Phase 1: Completed pre-decoding.\n${first}\n**Phase 2: Completed decoding.\n${second}${middle}${third}${note}`;
}
