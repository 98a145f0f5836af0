// Where the dynamic fields of an event stand in an alert's `data`: the same for all events with the same names. // spec ruleset §9.6
import { toUnicode } from './bytes.ts';
import type { FieldList } from './field-names.ts';
import { staticFields } from './fields.ts';

/** Keys from the outermost object to the value, in real Unicode; by field. */
export type DataPaths = readonly (readonly string[])[];

/** Deeper and longer ones are rare, and not worth remembering. */
const deepest = 16;

const staticNames: ReadonlySet<string> = new Set(staticFields);
const known = new WeakMap<FieldList, DataPaths | 'none'>();

/** Undefined where a place depends on more than the names: two of them meet, or differ in case only on their way, or meet a static field. */
export function dataPathsOf(fields: FieldList): DataPaths | undefined {
  let paths = known.get(fields);
  if (paths === undefined) {
    paths = findPaths(fields) ?? 'none';
    known.set(fields, paths);
  }
  return paths === 'none' ? undefined : paths;
}

function findPaths(fields: FieldList): DataPaths | undefined {
  const paths: string[][] = [];
  /** By folded path: how its last key is spelled, and whether a value stands there. */
  const places = new Map<string, { readonly key: string; readonly isValue: boolean }>();
  for (const { name, folded } of fields.names) {
    const keys = name.split('.');
    const foldedKeys = folded.split('.');
    const meetsStatic = staticNames.has(foldedKeys[0] ?? '');
    if (meetsStatic || keys.length > deepest || keys.some((key) => key in Object.prototype)) return undefined;
    for (let depth = 1; depth <= keys.length; depth++) {
      const place = foldedKeys.slice(0, depth).join('.');
      const key = keys[depth - 1] ?? '';
      const isValue = depth === keys.length;
      const before = places.get(place);
      if (before === undefined) places.set(place, { key, isValue });
      else if (isValue || before.isValue || before.key !== key) return undefined;
    }
    paths.push(keys.map(toUnicode));
  }
  return paths;
}
