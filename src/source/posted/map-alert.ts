// The alert of another program → an alert of Wazuh's form, by a mapping.

import type { JsonObject, JsonValue } from '../../alert/alert.ts';
import type { AlertMapping, MappedValue } from '../../alert/alert-mapping.ts';
import { findInJson } from '../../alert/json-path.ts';

/** `undefined` for each that is no alert by the conditions of the mapping; a text says what is wrong. */
export function mapAlerts(value: JsonValue, name: string, mapping: AlertMapping): (JsonObject | string | undefined)[] {
  if (mapping.items === undefined) return [mapAlert(value, name, mapping)];
  const items = findInJson(value, mapping.items);
  // As some programs write no list.
  if (items === undefined || items === null) return [undefined];
  return Array.isArray(items)
    ? items.map((item) => mapAlert(item, name, mapping))
    : ['what the mapping has as items is no array'];
}

function mapAlert(value: JsonValue, name: string, mapping: AlertMapping): JsonObject | undefined {
  const text = (path: AlertMapping['items']): string | undefined => textOf(path && findInJson(value, path));
  if (!mapping.when.every(({ path, values }) => values.includes(text(path) ?? ''))) return undefined;
  const id = text(mapping.id);
  const timestamp = mapping.timestamp && timestampOf(findInJson(value, mapping.timestamp));
  return {
    ...(timestamp !== undefined && { timestamp }),
    rule: {
      level: levelOf(mapping.level, text),
      description: mappedText(value, mapping.description) ?? name,
      id: mapping.rule,
      groups: [...mapping.groups],
    },
    ...(id !== undefined && { id: `${name}.${id}` }),
    full_log: JSON.stringify(value),
    decoder: { name },
    data: dataOf(value, mapping),
    location: name,
  };
}

function levelOf(level: AlertMapping['level'], text: (path: AlertMapping['items']) => string | undefined): number {
  if (typeof level === 'number') return level;
  return level.levels.get(text(level.path) ?? '') ?? level.otherwise;
}

function mappedText(value: JsonValue, mapped: MappedValue): string | undefined {
  return 'text' in mapped ? mapped.text : textOf(findInJson(value, mapped.path));
}

function dataOf(value: JsonValue, { data }: AlertMapping): JsonObject {
  const built: JsonObject = {};
  for (const [name, mapped] of data) {
    const text = mappedText(value, mapped);
    if (text !== undefined) setMember(built, name.split('.'), text);
  }
  return built;
}

function setMember(object: JsonObject, [name = '', ...rest]: readonly string[], text: string): void {
  if (rest.length === 0) {
    define(object, name, text);
    return;
  }
  const inner = Object.hasOwn(object, name) ? object[name] : undefined;
  const next = isObject(inner) ? inner : {};
  define(object, name, next);
  setMember(next, rest, text);
}

/** Also `__proto__` is only a name. */
function define(object: JsonObject, name: string, value: JsonValue): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}

/** An address, a name or a number as text; an empty one is none. */
function textOf(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const digits = /^\d{1,19}$/;

/** ISO 8601 as it is; a number by its size: seconds, milliseconds, microseconds or nanoseconds since 1970. */
function timestampOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'number' && !(typeof value === 'string' && digits.test(value)))
    return typeof value === 'string' ? value : undefined;
  let ms = Number(value) * 1000;
  while (ms > 1e14) ms /= 1000;
  return new Date(ms).toISOString().replace('Z', '+0000');
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
