// What must outlive a restart: remembered events, counters, ignore windows, things seen before. All of it is JSON.

import type { CorrelationMemory, Remembered } from './correlation/memory.ts';
import { Event } from './event.ts';
import type { Rule } from './rules/rule.ts';

export interface StoredEvent {
  readonly sequence: number;
  readonly rule: string;
  readonly messageId: string;
  readonly timeMs: number;
  readonly agentId: string;
  readonly location: string;
  readonly category: string;
  readonly matched: number;
  readonly fullLog: string;
  /** Where the log begins in the full log; -1: it is `log`. */
  readonly logStart: number;
  readonly log?: string;
  /** Static fields by slot; absent ones are null. */
  readonly statics: readonly (string | null)[];
  readonly dynamic: readonly (readonly [string, string, string])[];
}

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
}

export function storeEvent({ event, rule }: Remembered): StoredEvent {
  const logStart = event.fullLog.endsWith(event.log) ? event.fullLog.length - event.log.length : -1;
  const stored = {
    sequence: event.sequence,
    rule: rule.id,
    messageId: event.messageId,
    timeMs: event.timeMs,
    agentId: event.agentId,
    location: event.location,
    category: event.category,
    matched: event.matched,
    fullLog: event.fullLog,
    logStart,
    statics: event.statics.map((value) => value ?? null),
    dynamic: event.dynamicNames.map(
      (name, index) => [name, event.dynamicFolded[index] ?? name, event.dynamicValues[index] ?? ''] as const,
    ),
  };
  return logStart < 0 ? { ...stored, log: event.log } : stored;
}

function readStored(stored: StoredEvent): Event {
  const log = stored.logStart < 0 ? (stored.log ?? '') : stored.fullLog.slice(stored.logStart);
  const { messageId, timeMs, agentId, location, fullLog } = stored;
  const event = new Event(messageId, timeMs, agentId, location, fullLog, log, '');
  event.sequence = stored.sequence;
  event.category = stored.category;
  event.matched = stored.matched;
  for (const [index, value] of stored.statics.entries()) event.statics[index] = value ?? undefined;
  for (const [name, folded, value] of stored.dynamic) event.addDynamic(name, folded, value);
  return event;
}

/** Events of rules that no longer exist are left out: nothing looks for them. */
export function restoreEvents(
  snapshot: DetectionSnapshot,
  memory: CorrelationMemory,
  findRule: (id: number) => Rule | undefined,
): void {
  const matched = new Map(snapshot.matched);
  for (const stored of snapshot.events) {
    const rule = findRule(Number(stored.rule));
    if (rule === undefined || stored.sequence < snapshot.oldestSequence) continue;
    const event = readStored(stored);
    event.matched = Math.max(event.matched, matched.get(event.sequence) ?? 0);
    memory.restore(event, rule);
  }
  memory.restoreSequence(snapshot.newestSequence);
}

/** Joins an older snapshot with what changed since, for a store that keeps one whole. */
export function mergeSnapshots(older: DetectionSnapshot, newer: DetectionSnapshot): DetectionSnapshot {
  return {
    oldestSequence: newer.oldestSequence,
    newestSequence: newer.newestSequence,
    hourStart: newer.hourStart ?? older.hourStart,
    events: [...older.events, ...newer.events].filter((event) => event.sequence >= newer.oldestSequence),
    matched: [...older.matched, ...newer.matched].filter(([sequence]) => sequence >= newer.oldestSequence),
    firedTimes: { ...older.firedTimes, ...newer.firedTimes },
    ignoredSince: { ...older.ignoredSince, ...newer.ignoredSince },
    firstSeen: [...older.firstSeen, ...newer.firstSeen],
    lastLogs: { ...older.lastLogs, ...newer.lastLogs },
  };
}
