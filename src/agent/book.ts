// What the endpoint knows, in memory, and every change of it in the journal in the same tick.
import type { CommandId } from '../fleet/command.ts';
import type { ExecutionState } from '../fleet/execution.ts';
import type { Held, HeldPatch } from './held.ts';
import { InForce } from './in-force.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalRecord, Seen, Step } from './journal/records.ts';
import type { Offenders } from './offenders.ts';
import { changeState, isFinal } from './state.ts';

/** Commands that are remembered after their end; a day, and no more than so many. */
const keptSeen = 20_000;
const keptSeenMs = 86_400_000;

export class Book {
  readonly held = new Map<CommandId, Held>();
  readonly seen = new Map<CommandId, Seen>();
  readonly inForce = new InForce();
  readonly offenders: Offenders;
  private readonly journal: () => Journal;

  constructor(offenders: Offenders, journal: () => Journal) {
    this.offenders = offenders;
    this.journal = journal;
  }

  /** Takes in what an earlier life wrote. Returns ids of changes whose beginning is missing. */
  replay(records: readonly JournalRecord[]): readonly CommandId[] {
    const orphans: CommandId[] = [];
    for (const record of records) {
      if (record.type === 'intent') this.held.set(record.held.message.id, record.held);
      else if (record.type === 'offence') this.offenders.set(record);
      else if (record.type === 'seen') this.forget(record.seen);
      else if (record.type === 'change') {
        const held = this.held.get(record.id);
        if (held === undefined) orphans.push(record.id);
        else Object.assign(held, record.patch, { state: record.state });
      }
    }
    for (const held of this.held.values()) this.inForce.add(held);
    return orphans;
  }

  /** All of it, for a journal that is written anew. */
  snapshot(): readonly JournalRecord[] {
    const records: JournalRecord[] = [];
    for (const seen of this.seen.values()) records.push({ type: 'seen', seen });
    for (const offence of this.offenders.all()) records.push({ type: 'offence', ...offence });
    for (const held of this.held.values()) records.push({ type: 'intent', held });
    return records;
  }

  accept(held: Held): void {
    this.held.set(held.message.id, held);
    this.inForce.add(held);
    this.journal().append({ type: 'intent', held });
  }

  /** Notes what became known, without a change of state. */
  note(held: Held, step: Step, patch: HeldPatch): void {
    Object.assign(held, patch);
    if (patch.keys !== undefined) this.inForce.add(held);
    this.journal().append({ type: 'change', step, id: held.message.id, state: held.state, patch });
  }

  move(held: Held, to: ExecutionState, step: Step, patch: HeldPatch): void {
    changeState(held, to);
    this.note(held, step, patch);
  }

  /** Its last change: from here only the id is remembered. */
  finish(held: Held, to: ExecutionState, patch: HeldPatch, nowMs: number): void {
    changeState(held, to);
    if (!isFinal(to)) throw new Error(`${to} is not a last state`);
    Object.assign(held, patch);
    this.settle({
      id: held.message.id,
      atMs: nowMs,
      state: to,
      program: held.means.kind === 'built-in' ? 'built-in' : held.means.program,
      ...(held.keys === undefined ? {} : { keys: held.keys }),
      ...(held.reason === undefined ? {} : { reason: held.reason }),
      ...(held.extended === undefined ? {} : { extended: held.extended }),
    });
  }

  settle(seen: Seen): void {
    this.forget(seen);
    this.prune(seen.atMs);
    this.journal().append({ type: 'seen', seen });
  }

  offence(key: string, count: number): void {
    this.offenders.set({ key, count });
    this.journal().append({ type: 'offence', key, count });
  }

  private forget(seen: Seen): void {
    const held = this.held.get(seen.id);
    if (held !== undefined) this.inForce.remove(held);
    this.held.delete(seen.id);
    this.seen.delete(seen.id);
    this.seen.set(seen.id, seen);
  }

  private prune(nowMs: number): void {
    for (const [id, seen] of this.seen) {
      if (this.seen.size <= keptSeen && nowMs - seen.atMs <= keptSeenMs) return;
      this.seen.delete(id);
    }
  }
}
