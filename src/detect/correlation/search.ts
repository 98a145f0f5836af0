// Whether enough earlier events are there for a composite rule to fire. // spec ruleset §8.3, §8.5
import type { Event } from '../event.ts';
import type { Expression } from '../patterns/expression.ts';
import type { CorrelationOptions, CorrelationSource, Rule } from '../rules/rule.ts';
import type { CorrelationMemory } from './memory.ts';
import type { PastEvents } from './past-events.ts';

const previousLimit = 11;

/** True where the rule fires; the event then carries the earlier logs and counts as used up. */
export function correlate(event: Event, rule: Rule, source: CorrelationSource, memory: CorrelationMemory): boolean {
  switch (source.kind) {
    case 'list':
      return searchList(event, rule, memory.queueFor(event, source.list, source.index), memory);
    case 'regex':
      return searchLogs(event, rule, source.expression, memory);
    case 'nothing':
      return false;
  }
}

function searchList(event: Event, rule: Rule, queue: number, memory: CorrelationMemory): boolean {
  const { queues, past } = memory;
  const { frequency, timeframe, level, correlation } = rule.definition;
  const size = queue < 0 ? 0 : queues.size(queue);
  if (size <= frequency) return false;
  const compares = hasDifferences(correlation);
  let count = 0;
  let first = -1;
  const previous: number[] = [];
  let member = queues.newest(queue);
  for (let left = size; left > 0; left--, member = queues.before(member)) {
    const place = queues.placeOf(member);
    if (event.second - past.second(place) > timeframe) return false;
    if (compares && !differs(event, past, place, correlation)) continue;
    if (past.matched(place) >= level) return false;
    if (previous.length < previousLimit) previous.push(place);
    if (count === frequency) {
      useUp(event, first, level, previous, memory);
      return true;
    }
    count++;
    if (first < 0) first = place;
  }
  return false;
}

/** The newest counted event becomes a wall: no rule of this level or lower counts past it. */
function useUp(
  event: Event,
  first: number,
  level: number,
  previous: readonly number[],
  memory: CorrelationMemory,
): void {
  event.matched = level;
  if (first >= 0) memory.useUp(first, level);
  event.previousOutput = previous.map((place) => memory.past.fullLog(place));
}

function hasDifferences(options: CorrelationOptions): boolean {
  return options.differentSlots.length > 0 || options.differentDynamic.length > 0 || options.differentLocation;
}

function differs(event: Event, past: PastEvents, place: number, options: CorrelationOptions): boolean {
  if (options.differentDynamic.length > 0) {
    if (!event.hasDynamic && !past.hasDynamic(place)) return false;
    for (const name of options.differentDynamic) {
      const value = event.findDynamic(name);
      if (value !== undefined && value === past.dynamic(place, name)) return false;
    }
  }
  for (const slot of options.differentSlots) {
    const value = event.statics[slot];
    if (value !== undefined && past.hasStatic(place, slot, value)) return false;
  }
  return !(options.differentLocation && event.location === past.location(place));
}

function shares(event: Event, past: PastEvents, place: number, options: CorrelationOptions): boolean {
  for (const slot of options.sameSlots) {
    const value = event.statics[slot];
    if (value === undefined || !past.hasStatic(place, slot, value)) return false;
  }
  for (const name of options.sameDynamic) {
    const value = event.findDynamic(name);
    if (value === undefined || value !== past.dynamic(place, name)) return false;
  }
  return !(options.sameLocation && event.location !== past.location(place));
}

/** Counts over the logs of all events. */
function searchLogs(event: Event, rule: Rule, expression: Expression, memory: CorrelationMemory): boolean {
  const { past } = memory;
  const { frequency, timeframe, level, correlation } = rule.definition;
  let count = 0;
  let first = -1;
  const previous: number[] = [];
  for (let at = 0; ; at++) {
    const place = memory.newest(at);
    if (place < 0 || event.second - past.second(place) > timeframe) return false;
    if (!correlation.globalFrequency && past.agentId(place) !== event.agentId) continue;
    if (past.category(place) !== event.category || !memory.logTests.test(expression, place)) continue;
    if (!shares(event, past, place, correlation) || !differs(event, past, place, correlation)) continue;
    if (past.matched(place) >= level) return false;
    if (count === frequency) {
      useUp(event, first, level, previous, memory);
      return true;
    }
    if (previous.length < Math.min(previousLimit, frequency)) previous.push(place);
    count++;
    if (first < 0) first = place;
  }
}
