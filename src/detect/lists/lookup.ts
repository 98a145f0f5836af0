// `<list>` conditions of rules. // spec ruleset §7.7
import type { Event } from '../event.ts';
import { slot, slotOf } from '../fields.ts';
import { type Expression, foldAscii, Subject } from '../patterns/expression.ts';
import { rank } from '../rules/conditions.ts';
import type { Condition } from '../rules/rule.ts';
import { findAddress, type KeyList } from './key-list.ts';

export const lookups = [
  'match_key',
  'not_match_key',
  'match_key_value',
  'address_match_key',
  'not_address_match_key',
  'address_match_key_value',
] as const;
export type Lookup = (typeof lookups)[number];

type ValueOf = (event: Event) => string | undefined;

/** How the field that a list names is read. `user` is srcuser first here, unlike the option `user`. */
function fieldReader(name: string): ValueOf {
  if (name === 'user') return (event) => event.statics[slot.srcuser] ?? event.statics[slot.dstuser];
  if (name === 'hostname') return (event) => event.hostname;
  if (name === 'program_name') return (event) => event.programName;
  const index = slotOf(name);
  if (index !== undefined && name !== 'srcuser' && name !== 'dstuser') return (event) => event.statics[index];
  const folded = foldAscii(name);
  return (event) => event.findDynamic(folded);
}

export function listCondition(field: string, lookup: Lookup, list: KeyList, check: Expression | undefined): Condition {
  const readField = fieldReader(field);
  const matches = matcherOf(lookup, list, check);
  return {
    rank: rank.list,
    holds: (event) => {
      const value = readField(event);
      return value !== undefined && matches(value);
    },
    shown: {
      option: `list ${field}`,
      wanted: `${lookup}${check === undefined ? '' : ` '${check.source}'`}`,
      read: readField,
    },
  };
}

function matcherOf(lookup: Lookup, list: KeyList, check: Expression | undefined): (key: string) => boolean {
  const accepts = (value: string | undefined): boolean =>
    value !== undefined && (check === undefined || check.test(new Subject(value)));
  switch (lookup) {
    case 'match_key':
      return (key) => list.has(key);
    case 'not_match_key':
      return (key) => !list.has(key);
    case 'match_key_value':
      return (key) => accepts(list.get(key));
    case 'address_match_key':
      return (key) => findAddress(list, key) !== undefined;
    case 'not_address_match_key':
      return (key) => findAddress(list, key) === undefined;
    case 'address_match_key_value':
      // Inverted in the original.
      return (key) => !accepts(findAddress(list, key));
  }
}
