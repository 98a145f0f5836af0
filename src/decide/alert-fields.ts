// The two fields of an alert that responses are guarded by, as text.
import type { Alert, JsonValue } from '../alert/alert.ts';

/** `data.srcip`; undefined where absent, empty, or an object. */
export function readSourceAddress(alert: Alert): string | undefined {
  return readField(alert, 'srcip');
}

/** `data.dstuser`; undefined where absent, empty, or an object. */
export function readTargetUser(alert: Alert): string | undefined {
  return readField(alert, 'dstuser');
}

function readField(alert: Alert, name: string): string | undefined {
  const value = alert.data?.[name];
  const text = value === undefined ? '' : toText(value);
  return text === '' ? undefined : text;
}

/** Numbers, booleans and null count as their text, a list as its JSON, an object as nothing. // spec decisions "Crafted values" */
function toText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return '';
  return String(value);
}

/** Without a leading `::ffff:`, as the allow list and Wazuh compare it. */
export function stripMappedPrefix(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
