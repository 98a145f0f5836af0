// The `data` of an alert, against its definition taken word for word. // spec ruleset §9.6
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/alert/alert.ts';
import { alertData } from '../../src/detect/alert-data.ts';
import { Event } from '../../src/detect/event.ts';
import { fieldNameOf } from '../../src/detect/field-names.ts';
import { slot, staticFields } from '../../src/detect/fields.ts';

type Fields = readonly (readonly [name: string, value: string])[];

function eventOf(statics: Fields, dynamic: Fields): Event {
  const event = new Event('1.1', 0, '000', 'l', '', '', 'h');
  for (const [name, value] of statics) event.statics[slot[name as 'srcip']] = value;
  for (const [name, value] of dynamic) event.addDynamic(fieldNameOf(name), value);
  return event;
}

/** Objects without a prototype, and a look at every member for each name. */
function expected(statics: Fields, dynamic: Fields): JsonObject | undefined {
  const data: JsonObject = Object.create(null);
  for (const name of staticFields) {
    const found = statics.findLast(([other]) => other === name);
    if (found !== undefined) data[name] = found[1];
  }
  for (const [name, value] of dynamic) if (value !== '') put(data, name.split('.'), value);
  return Object.keys(data).length === 0 ? undefined : data;
}

function put(object: JsonObject, [key = '', ...rest]: readonly string[], value: string): void {
  const there = Object.keys(object).find((other) => other.toLowerCase() === key.toLowerCase());
  const inner: JsonValue | undefined = there === undefined ? undefined : object[there];
  if (rest.length === 0) {
    if (there === undefined) object[key] = value;
  } else if (there === undefined) {
    const created: JsonObject = Object.create(null);
    object[key] = created;
    put(created, rest, value);
  } else if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) put(inner, rest, value);
}

const key = fc.constantFrom(
  'a',
  'b',
  'A',
  'win',
  'System',
  'system',
  '',
  'data',
  'srcip',
  'constructor',
  '__proto__',
  'x y',
);
const name = fc.array(key, { minLength: 1, maxLength: 4 }).map((keys) => keys.join('.'));
const value = fc.constantFrom('', 'v', '0', 'long '.repeat(9));
const statics = fc.array(fc.tuple(fc.constantFrom(...staticFields), value), { maxLength: 3 });
const dynamic = fc.array(fc.tuple(name, value), { maxLength: 8 });

it('nests names with dots; the first value and the first spelling win; empty values are left out', () => {
  fc.assert(
    fc.property(statics, dynamic, (some, others) => {
      const shown = alertData(eventOf(some, others));
      expect(JSON.stringify(shown)).toBe(JSON.stringify(expected(some, others)));
      // Again: what was found out about the names is used now.
      expect(JSON.stringify(alertData(eventOf(some, others)))).toBe(JSON.stringify(shown));
    }),
    { numRuns: 3000 },
  );
});

it('of names without conflict each has its place', () => {
  const names = ['win.system.eventID', 'win.system.level', 'win.eventdata.ipAddress', 'other'];
  const event = eventOf(
    [['srcip', '192.0.2.1']],
    names.map((each, index) => [each, String(index)] as const),
  );
  expect(alertData(event)).toEqual({
    srcip: '192.0.2.1',
    win: { system: { eventID: '0', level: '1' }, eventdata: { ipAddress: '2' } },
    other: '3',
  });
});
