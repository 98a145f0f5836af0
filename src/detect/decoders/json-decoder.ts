// JSON_Decoder: a JSON log → fields, keys joined with dots. // spec ruleset §5.5
import type { Event } from '../event.ts';
import { type FieldName, NamePrefix } from '../field-names.ts';
import { slot } from '../fields.ts';
import { JsonMembers, type JsonNode, numberField, printJson, readJson } from './json-text.ts';

/** Exact names at the top level; `systemname` is how JSON spells it. */
const staticKeys: ReadonlyMap<string, number> = new Map([
  ['srcip', slot.srcip],
  ['dstip', slot.dstip],
  ['dstport', slot.dstport],
  ['srcport', slot.srcport],
  ['protocol', slot.protocol],
  ['action', slot.action],
  ['srcuser', slot.srcuser],
  ['dstuser', slot.dstuser],
  ['id', slot.id],
  ['status', slot.status],
  ['url', slot.url],
  ['data', slot.data],
  ['extra_data', slot.extra_data],
  ['systemname', slot.system_name],
]);

export interface JsonOptions {
  readonly discardNulls: boolean;
  readonly arrays: 'printed' | 'csv' | 'dropped';
}

/** Fills fields from the text. Text that is not JSON gives none. */
export function decodeJson(event: Event, text: string, options: JsonOptions): void {
  const node = readJson(text);
  if (node instanceof JsonMembers) addTopMembers(event, node, options);
}

function addTopMembers(event: Event, { keys, values }: JsonMembers, options: JsonOptions): void {
  const names = NamePrefix.top();
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? '';
    const value = values[index];
    if (value instanceof JsonMembers) addMembers(event, value, names.inside(key), options);
    else if (value !== undefined) addTopValue(event, key, value, names, options);
  }
}

function addTopValue(event: Event, key: string, value: JsonNode, names: NamePrefix, options: JsonOptions): void {
  const target = staticKeys.get(key);
  if (target === undefined && !(key === 'user' && event.statics[slot.dstuser] === undefined)) {
    if (!event.dynamicFull) addDynamic(event, names.name(key), value, options);
    return;
  }
  const text = fieldText(value, options);
  if (text !== undefined) event.statics[target ?? slot.dstuser] = text;
}

/** No static field has a dot in its name: inside an object there are only dynamic ones. */
function addMembers(event: Event, { keys, values }: JsonMembers, names: NamePrefix, options: JsonOptions): void {
  for (let index = 0; index < keys.length && !event.dynamicFull; index++) {
    const key = keys[index] ?? '';
    const value = values[index];
    if (value instanceof JsonMembers) addMembers(event, value, names.inside(key), options);
    else if (value !== undefined) addDynamic(event, names.name(key), value, options);
  }
}

function addDynamic(event: Event, name: FieldName, value: JsonNode, options: JsonOptions): void {
  const text = fieldText(value, options);
  if (text !== undefined) event.addDynamic(name, text);
}

function fieldText(value: JsonNode, options: JsonOptions): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberField(value);
  if (value === null) return options.discardNulls ? undefined : 'null';
  if (!Array.isArray(value)) return String(value);
  if (options.arrays === 'dropped') return undefined;
  return options.arrays === 'csv' ? joinScalars(value, options) : printJson(value);
}

function joinScalars(items: readonly JsonNode[], options: JsonOptions): string {
  const scalars = items.filter((item) => !Array.isArray(item) && !(item instanceof JsonMembers));
  return scalars.map((item) => fieldText(item, options) ?? '').join(',');
}
