// What must outlive a restart: remembered events, counters, ignore windows, things seen before. All of it is JSON.

import type { PastEvent } from './correlation/compared-event.ts';
import type { CorrelationMemory } from './correlation/memory.ts';
import type { StoredAccumulation } from './decoders/accumulate.ts';
import { FieldList, fieldNameOf } from './field-names.ts';
import { staticFields } from './fields.ts';
import type { Rule } from './rules/rule.ts';

/** A list without names: thousands of them are written every second of an attack. */
export type StoredEvent = readonly [
  sequence: number,
  rule: string,
  second: number,
  agentId: string,
  location: string,
  category: string,
  matched: number,
  fullLog: string,
  /** Where the log begins in the full log, or the log itself where it is no end of it. */
  log: number | string,
  /** Slot and value in turn, of the static fields that are set. */
  statics: readonly (number | string)[],
  /** Name and value in turn. */
  dynamic: readonly string[],
];

/** What changed since the last one; `restore` takes the latest of everything. */
export interface DetectionSnapshot {
  /** The oldest sequence still remembered: stored events before it can be deleted. */
  readonly oldestSequence: number;
  readonly newestSequence: number;
  /** Start of the local hour that the counters belong to, ms since 1970. */
  readonly hourStart: number | null;
  /** Events remembered since the last snapshot, oldest first. */
  readonly events: readonly StoredEvent[];
  /** Sequence and level of earlier stored events that a composite has used up since. */
  readonly matched: readonly (readonly [number, number])[];
  /** Times fired by rule id; only changed ones. */
  readonly firedTimes: Readonly<Record<string, number>>;
  /** Seconds since 1970 by rule id; only changed ones. */
  readonly ignoredSince: Readonly<Record<string, number>>;
  /** Lines of first-seen fields, new ones. */
  readonly firstSeen: readonly string[];
  /** Last logs of `check_diff`. */
  readonly lastLogs: Readonly<Record<string, string>>;
  /** What events of one id have brought together so far; only changed ones. Absent in what an earlier version stored. */
  readonly accumulated?: readonly StoredAccumulation[];
}

export function storeEvent(event: PastEvent): StoredEvent {
  const { sequence, rule, second, agentId, location, category, matched, fullLog, log } = event;
  const storedLog = fullLog.endsWith(log) ? fullLog.length - log.length : log;
  const statics: (number | string)[] = [];
  for (const [index, value] of event.statics.entries()) if (value !== undefined) statics.push(index, value);
  const dynamic: string[] = [];
  for (const [index, { name }] of event.fields.names.entries()) dynamic.push(name, event.dynamicValues[index] ?? '');
  return [sequence, rule.id, second, agentId, location, category, matched, fullLog, storedLog, statics, dynamic];
}

function readStored(stored: StoredEvent, rule: Rule, usedUp: number): PastEvent {
  const [sequence, , second, agentId, location, category, matched, fullLog, storedLog, pairs, dynamic] = stored;
  const statics: (string | undefined)[] = new Array(staticFields.length).fill(undefined);
  for (let at = 0; at < pairs.length; at += 2) statics[Number(pairs[at])] = String(pairs[at + 1]);
  const names = dynamic.filter((_, at) => at % 2 === 0);
  return {
    sequence,
    rule,
    second,
    agentId,
    location,
    category,
    matched: Math.max(matched, usedUp),
    fullLog,
    log: typeof storedLog === 'string' ? storedLog : fullLog.slice(storedLog),
    statics,
    fields: names.reduce((fields, name) => fields.with(fieldNameOf(name)), FieldList.empty()),
    hasDynamic: dynamic.length > 0,
    dynamicValues: dynamic.filter((_, at) => at % 2 === 1),
  };
}

export function bySequence([first]: StoredEvent, [second]: StoredEvent): number {
  return first - second;
}

/** Events of rules that no longer exist are left out: nothing looks for them. */
export function restoreEvents(
  snapshot: DetectionSnapshot,
  memory: CorrelationMemory,
  findRule: (id: number) => Rule | undefined,
): void {
  const matched = new Map(snapshot.matched);
  // Of several threads, each stores its own in order.
  for (const stored of [...snapshot.events].sort(bySequence)) {
    const [sequence, ruleId] = stored;
    const rule = findRule(Number(ruleId));
    if (rule === undefined || sequence < snapshot.oldestSequence) continue;
    memory.restore(readStored(stored, rule, matched.get(sequence) ?? 0));
  }
  memory.restoreSequence(snapshot.newestSequence);
}

/** Joins an older snapshot with what changed since, for a store that keeps one whole. */
export function mergeSnapshots(older: DetectionSnapshot, newer: DetectionSnapshot): DetectionSnapshot {
  return {
    oldestSequence: newer.oldestSequence,
    newestSequence: newer.newestSequence,
    hourStart: newer.hourStart ?? older.hourStart,
    events: [...older.events, ...newer.events].filter(([sequence]) => sequence >= newer.oldestSequence),
    matched: [...older.matched, ...newer.matched].filter(([sequence]) => sequence >= newer.oldestSequence),
    firedTimes: { ...older.firedTimes, ...newer.firedTimes },
    ignoredSince: { ...older.ignoredSince, ...newer.ignoredSince },
    firstSeen: [...older.firstSeen, ...newer.firstSeen],
    lastLogs: { ...older.lastLogs, ...newer.lastLogs },
    accumulated: [...(older.accumulated ?? []), ...(newer.accumulated ?? [])],
  };
}
