import type { JsonValue } from '../alert/alert.ts';
import { escapeControls } from '../alert/escape.ts';
import type { LogtestResult } from '../detect/engine.ts';

function formatMember(name: string, value: JsonValue): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value)
      .map(([member, inner]) => formatMember(`${name}.${member}`, inner))
      .join('');
  }
  const text = Array.isArray(value) ? JSON.stringify(value) : String(value);
  return `\t${escapeControls(name)}: '${escapeControls(text)}'\n`;
}

function formatMembers(members: object): string {
  return Object.entries(members)
    .map(([name, value]) => formatMember(name, value as JsonValue))
    .join('');
}

/** The three phases, in the order and with the headings that people know. */
export function formatPhases(result: LogtestResult): string {
  const { output, predecoding, decoder, fields, rule } = result;
  const first = formatMembers({ 'full event': output.full_log ?? '', ...predecoding });
  const second =
    Object.keys(decoder).length === 0 ? '\tNo decoder matched.\n' : formatMembers({ ...decoder, ...fields });
  const third = rule === undefined ? '\tNo rule matched.\n' : formatMembers({ level: 0, ...rule });
  const note = result.alert ? '**Alert to be generated.' : '';
  return `**Phase 1: Completed pre-decoding.\n${first}\n**Phase 2: Completed decoding.\n${second}\n**Phase 3: Completed filtering (rules).\n${third}${note}`;
}
