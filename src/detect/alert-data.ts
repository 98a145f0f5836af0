// The `data` of an alert: fields of the event, names with dots nested. // spec ruleset §9.6
import type { JsonObject, JsonValue } from '../alert/alert.ts';
import { toUnicode } from './bytes.ts';
import { dataPathsOf } from './data-paths.ts';
import { readJson, setMember, toJsonValue } from './decoders/json-text.ts';
import type { Event } from './event.ts';
import { staticFields } from './fields.ts';
import { foldAscii } from './patterns/expression.ts';

/** Undefined where the event has no fields. */
export function alertData(event: Event): JsonObject | undefined {
  let data: JsonObject | undefined;
  const { statics, fields, dynamicValues } = event;
  for (let index = 0; index < staticFields.length; index++) {
    const value = statics[index];
    const name = staticFields[index];
    if (value === undefined || name === undefined) continue;
    data ??= {};
    data[name] = toUnicode(value);
  }
  if (dynamicValues.length === 0) return data;
  const paths = dataPathsOf(fields);
  for (let index = 0; index < dynamicValues.length; index++) {
    const value = dynamicValues[index];
    if (value === undefined || value === '') continue;
    data ??= {};
    const path = paths?.[index];
    if (path === undefined) addNested(data, toUnicode(fields.names[index]?.name ?? ''), shownValue(value));
    else addAt(data, path, shownValue(value));
  }
  return data;
}

/** Where nothing else can stand. */
function addAt(data: JsonObject, path: readonly string[], value: JsonValue): void {
  let object = data;
  const last = path.length - 1;
  for (let depth = 0; depth < last; depth++) {
    const key = path[depth] as string;
    let inner = object[key];
    if (inner === undefined) {
      inner = {};
      object[key] = inner;
    }
    object = inner as JsonObject;
  }
  object[path[last] as string] = value;
}

/** An array that was printed for matching is an array again. */
function shownValue(value: string): JsonValue {
  if (value.charCodeAt(0) === 0x5b) {
    const node = readJson(value, true);
    if (node !== undefined) return toJsonValue(node);
  }
  return toUnicode(value);
}

/** Objects within objects: no more than JSON text may have, as what reads an alert has its own limit. */
const deepest = 1000;

/** The first of members that differ in case only wins; so does the first value. */
function addNested(data: JsonObject, name: string, value: JsonValue): void {
  let object = data;
  let start = 0;
  let depth = 0;
  for (let dot = name.indexOf('.'); dot >= 0 && depth < deepest; dot = name.indexOf('.', start)) {
    depth++;
    const key = name.slice(start, dot);
    const existing = memberOf(object, key);
    if (existing === undefined) {
      const created: JsonObject = {};
      setMember(object, key, created);
      object = created;
    } else {
      const inner = object[existing];
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return;
      object = inner;
    }
    start = dot + 1;
  }
  const leaf = name.slice(start);
  if (memberOf(object, leaf) === undefined) setMember(object, leaf, value);
}

/** The member's own spelling; undefined where there is none. */
function memberOf(object: JsonObject, key: string): string | undefined {
  if (Object.hasOwn(object, key)) return key;
  const folded = foldAscii(key);
  for (const name in object) {
    if (name.length === key.length && foldAscii(name) === folded) return name;
  }
  return undefined;
}
