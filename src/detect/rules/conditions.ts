// Conditions of rules, one maker for each kind. A condition on an absent field fails, negated or not. // spec ruleset §6.2
import type { Event } from '../event.ts';
import { nameField } from '../field-names.ts';
import { slot } from '../fields.ts';
import { type Expression, Subject } from '../patterns/expression.ts';
import type { AddressList } from './address-list.ts';
import type { Condition, ShownCondition } from './rule.ts';

/** The order of evaluation. */
export const rank = {
  program_name: 1,
  id: 2,
  system_name: 3,
  protocol: 4,
  match: 5,
  regex: 6,
  action: 7,
  url: 8,
  location: 9,
  field: 10,
  srcip: 11,
  dstip: 12,
  srcport: 13,
  dstport: 14,
  compiled_rule: 15,
  user: 16,
  srcgeoip: 17,
  dstgeoip: 18,
  maxsize: 19,
  time: 20,
  weekday: 21,
  data: 22,
  extra_data: 23,
  hostname: 24,
  status: 25,
  check_diff: 26,
  if_fts: 27,
  list: 28,
} as const;

const optionNames = Object.fromEntries(Object.entries(rank).map(([name, place]) => [place, name]));

type SubjectOf = (event: Event) => Subject | undefined;

function show(place: number, wanted: string, read?: ShownCondition['read']): ShownCondition {
  return { option: optionNames[place] ?? '', wanted, read };
}

/** The pattern as a condition that failed shows it: `not` where it was negated, its language where that is not the usual one. */
function wantedOf({ kind, source }: Expression, negated: boolean): string {
  return `${negated ? 'not ' : ''}${kind === 'pcre2' ? 'pcre2 ' : ''}'${source}'`;
}

const readLog = (event: Event): string => event.log;

export function onSubject(place: number, subjectOf: SubjectOf, expression: Expression, negated: boolean): Condition {
  return {
    rank: place,
    holds: (event) => {
      const subject = subjectOf(event);
      return subject !== undefined && expression.test(subject) !== negated;
    },
    shown: show(place, wantedOf(expression, negated), (event) => subjectOf(event)?.text),
  };
}

/** Rules that ask for another program are left out before they are tried. */
export function onProgram(expression: Expression, negated: boolean): Condition {
  const program = (name: string | undefined): boolean =>
    name !== undefined && expression.test(new Subject(name)) !== negated;
  return {
    rank: rank.program_name,
    holds: (event) => program(event.programName),
    program,
    shown: show(rank.program_name, wantedOf(expression, negated), (event) => event.programName),
  };
}

export function onLog(place: number, expression: Expression, negated: boolean): Condition {
  return {
    rank: place,
    holds: (event) => expression.test(event.subject) !== negated,
    texts: negated ? undefined : expression.requiredAnyOf,
    shown: show(place, wantedOf(expression, negated), readLog),
  };
}

export function onSlot(place: number, index: number, expression: Expression, negated: boolean): Condition {
  return onSubject(place, (event) => event.staticSubject(index), expression, negated);
}

/** `folded` is the field's name in lower case. */
export function onDynamic(folded: string, expression: Expression, negated: boolean): Condition {
  const field = nameField(folded);
  const condition = onSubject(rank.field, (event) => event.dynamicSubject(field), expression, negated);
  return {
    ...condition,
    field,
    texts: negated ? undefined : expression.requiredAnyOf,
    shown: { ...condition.shown, option: `field "${folded}"` },
  };
}

export function onUser(expression: Expression, negated: boolean): Condition {
  const subjectOf: SubjectOf = (event) => event.staticSubject(slot.dstuser) ?? event.staticSubject(slot.srcuser);
  return onSubject(rank.user, subjectOf, expression, negated);
}

export function onAddress(place: number, index: number, addresses: AddressList, negated: boolean): Condition {
  return {
    rank: place,
    holds: (event) => {
      const value = event.statics[index];
      return value !== undefined && addresses.contains(value) !== negated;
    },
    shown: show(place, `${negated ? 'not ' : ''}${addresses.texts.join(' or ')}`, (event) => event.statics[index]),
  };
}

export function onMinimumSize(bytes: number): Condition {
  return {
    rank: rank.maxsize,
    holds: (event) => event.log.length >= bytes,
    shown: show(rank.maxsize, `at least ${bytes} bytes`, (event) => `${event.log.length} bytes`),
  };
}

/** Fails always: GeoIP needs a database that this engine does not have. */
export const never: Condition = {
  rank: rank.srcgeoip,
  holds: () => false,
  shown: show(rank.srcgeoip, 'a GeoIP database, which there is none of'),
};

/** Holds where the decoder declares first-seen fields and this combination is new. // spec ruleset §7.4 */
export const isFirstSeen: Condition = {
  rank: rank.if_fts,
  holds: (event, state) => state.firstSeen.isNew(event),
  shown: show(rank.if_fts, 'a decoder with <fts>, and values not seen before'),
};

/** Host names come from logs: beyond this the oldest are forgotten. */
const mostLastLogs = 4096;

function forgetOldest(logs: Map<string, string>): void {
  for (const key of logs.keys()) {
    logs.delete(key);
    return;
  }
}

/** Holds where the log differs from the last one of the same host under this rule. // spec ruleset §7.6 */
export const differsFromLast: Condition = {
  rank: rank.check_diff,
  holds: (event, state, rule) => {
    const key = `${event.hostname} ${rule.id}`;
    const last = state.lastLogs.get(key);
    if (last === event.log) return false;
    if (last === undefined && state.lastLogs.size >= mostLastLogs) forgetOldest(state.lastLogs);
    state.lastLogs.set(key, event.log);
    state.changedLogs.add(key);
    if (last === undefined) return false;
    event.previousOutput = ['Previous output:', last];
    event.previousLog = last;
    return true;
  },
  shown: show(rank.check_diff, 'another log than the last one', readLog),
};
