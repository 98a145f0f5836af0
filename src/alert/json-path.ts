// Where in a JSON value something stands: `$.client.ip`, `$.decisions[0]["fd.sip"]`.
import type { JsonValue } from './alert.ts';

/** Names and indexes from the top on. */
export type JsonPath = readonly (string | number)[];

const step = /\.([A-Za-z_][\w-]*)|\[(\d{1,6})\]|\["([^"]*)"\]|\['([^']*)'\]/y;

/** Undefined where the text is no path. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const path: (string | number)[] = [];
  step.lastIndex = 1;
  let read = 1;
  for (let match = step.exec(text); match !== null; match = step.exec(text)) {
    const [, name, index, quoted, single] = match;
    path.push(index === undefined ? (name ?? quoted ?? single ?? '') : Number(index));
    read = step.lastIndex;
  }
  return read === text.length ? path : undefined;
}

/** Undefined where there is nothing. */
export function findInJson(value: JsonValue, path: JsonPath): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const each of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, each)) return undefined;
    found = (found as Record<string | number, JsonValue>)[each];
  }
  return found;
}
