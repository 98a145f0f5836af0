// Whether enough earlier events are there for a composite rule to fire. // spec ruleset §8.3, §8.5
import type { Event } from '../event.ts';
import { type Expression, Subject } from '../patterns/expression.ts';
import type { CorrelationOptions, CorrelationSource, Rule } from '../rules/rule.ts';
import type { CorrelationMemory } from './memory.ts';
import { dynamicOf, type PastEvent } from './past-event.ts';

const previousLimit = 11;

/** True where the rule fires; the event then carries the earlier logs and counts as used up. */
export function correlate(event: Event, rule: Rule, source: CorrelationSource, memory: CorrelationMemory): boolean {
  switch (source.kind) {
    case 'list':
      return searchList(event, rule, source.list, source.index, memory);
    case 'regex':
      return searchLogs(event, rule, source.expression, memory);
    case 'nothing':
      return false;
  }
}

function searchList(event: Event, rule: Rule, list: number, index: number, memory: CorrelationMemory): boolean {
  const entries = memory.entriesFor(event, list, index);
  if (entries === undefined) return false;
  const { frequency, timeframe, level, correlation } = rule.definition;
  if (entries.size <= frequency) return false;
  const compares = hasDifferences(correlation);
  let count = 0;
  let first: PastEvent | undefined;
  const previous: string[] = [];
  for (let at = 0; ; at++) {
    const earlier = entries.newest(at);
    if (earlier === undefined || event.second - earlier.second > timeframe) return false;
    if (compares && !differs(event, earlier, correlation)) continue;
    if (earlier.matched >= level) return false;
    if (previous.length < previousLimit) previous.push(earlier.fullLog);
    if (count === frequency) {
      useUp(event, first, level, previous, memory);
      return true;
    }
    count++;
    first ??= earlier;
  }
}

/** The newest counted event becomes a wall: no rule of this level or lower counts past it. */
function useUp(
  event: Event,
  first: PastEvent | undefined,
  level: number,
  previous: string[],
  memory: CorrelationMemory,
): void {
  event.matched = level;
  if (first !== undefined) memory.useUp(first, level);
  event.previousOutput = previous;
}

function hasDifferences(options: CorrelationOptions): boolean {
  return options.differentSlots.length > 0 || options.differentDynamic.length > 0 || options.differentLocation;
}

function differs(event: Event, earlier: PastEvent, options: CorrelationOptions): boolean {
  if (options.differentDynamic.length > 0) {
    if (!event.hasDynamic && !earlier.hasDynamic) return false;
    for (const name of options.differentDynamic) {
      const value = event.findDynamic(name);
      if (value !== undefined && value === dynamicOf(earlier, name)) return false;
    }
  }
  for (const index of options.differentSlots) {
    const value = event.statics[index];
    if (value !== undefined && value === earlier.statics[index]) return false;
  }
  return !(options.differentLocation && event.location === earlier.location);
}

function shares(event: Event, earlier: PastEvent, options: CorrelationOptions): boolean {
  for (const index of options.sameSlots) {
    const value = event.statics[index];
    if (value === undefined || value !== earlier.statics[index]) return false;
  }
  for (const name of options.sameDynamic) {
    const value = event.findDynamic(name);
    if (value === undefined || value !== dynamicOf(earlier, name)) return false;
  }
  return !(options.sameLocation && event.location !== earlier.location);
}

/** Counts over the logs of all events. */
function searchLogs(event: Event, rule: Rule, expression: Expression, memory: CorrelationMemory): boolean {
  const { frequency, timeframe, level, correlation } = rule.definition;
  let count = 0;
  let first: PastEvent | undefined;
  const previous: string[] = [];
  for (let at = 0; ; at++) {
    const earlier = memory.newest(at);
    if (earlier === undefined || event.second - earlier.second > timeframe) return false;
    if (!correlation.globalFrequency && earlier.agentId !== event.agentId) continue;
    if (earlier.category !== event.category || !expression.test(new Subject(earlier.log))) continue;
    if (!shares(event, earlier, correlation) || !differs(event, earlier, correlation)) continue;
    if (earlier.matched >= level) return false;
    if (count === frequency) {
      useUp(event, first, level, previous, memory);
      return true;
    }
    if (previous.length < Math.min(previousLimit, frequency)) previous.push(earlier.fullLog);
    count++;
    first ??= earlier;
  }
}
