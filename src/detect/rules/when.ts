// `<time>` and `<weekday>`: conditions on the local time of arrival. // spec ruleset §6.2
import type { Event } from '../event.ts';
import { rank } from './conditions.ts';
import type { Condition } from './rule.ts';

const span = /^\s*(!?)\s*(\d{1,2})(?::(\d{2}))?\s*(am|pm)?\s*-\s*(\d{1,2})(?::(\d{2}))?\s*(am|pm)?\s*$/i;
const dayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const dayGroups: Readonly<Record<string, readonly number[]>> = { weekdays: [1, 2, 3, 4, 5], weekends: [0, 6] };

/** Undefined where the text is no span of time. */
export function readTimeCondition(text: string): Condition | undefined {
  const parts = span.exec(text);
  if (parts === null) return undefined;
  const start = minuteOfDay(parts[2], parts[3], parts[4]);
  const end = minuteOfDay(parts[5], parts[6], parts[7]);
  if (start === undefined || end === undefined) return undefined;
  // Over midnight: everything outside of [end, start]; a leading `!` is lost, as in the original.
  const wraps = start > end;
  const first = wraps ? end : start;
  const last = wraps ? start : end;
  const negated = wraps || parts[1] === '!';
  return {
    rank: rank.time,
    holds: (event) => {
      const local = new Date(event.timeMs);
      const minute = local.getHours() * 60 + local.getMinutes();
      return (minute >= first && minute <= last) !== negated;
    },
    shown: { option: 'time', wanted: text, read: (event) => new Date(event.timeMs).toTimeString().slice(0, 5) },
  };
}

function minuteOfDay(hours: string | undefined, minutes = '0', half?: string): number | undefined {
  let hour = Number(hours);
  const suffix = half?.toLowerCase();
  if (suffix !== undefined && hour > 12) return undefined;
  if (suffix === 'am' && hour === 12) hour = 0;
  if (suffix === 'pm' && hour < 12) hour += 12;
  return hour > 24 || Number(minutes) > 59 ? undefined : hour * 60 + Number(minutes);
}

/** Undefined where a word is no day. */
export function readWeekdayCondition(text: string): Condition | undefined {
  const days = new Set<number>();
  for (const word of text.toLowerCase().split(/[,\s]+/)) {
    if (word === '') continue;
    const group = dayGroups[word];
    const day = dayNames.findIndex((name) => name === word || name.slice(0, 3) === word);
    if (group === undefined && day < 0) return undefined;
    for (const member of group ?? [day]) days.add(member);
  }
  if (days.size === 0) return undefined;
  const dayOf = (event: Event): number => new Date(event.timeMs).getDay();
  return {
    rank: rank.weekday,
    holds: (event) => days.has(dayOf(event)),
    shown: { option: 'weekday', wanted: text, read: (event) => dayNames[dayOf(event)] },
  };
}
