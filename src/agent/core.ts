// What every part of the agent shares: the book, the journal, locks, timers and the listeners of changes.
import type { CommandId, CommandMessage } from '../fleet/command.ts';
import type { Execution, ExecutionState, RunRecord } from '../fleet/execution.ts';
import { ActiveResponsesLog } from './active-responses-log.ts';
import type { AgentDeps, AgentSettings, Finding } from './agent.ts';
import { Book } from './book.ts';
import { type Expiry, expiryAfter, remainingMs } from './expiry.ts';
import { type Held, type HeldPatch, identity, shownKey, viewHeld } from './held.ts';
import { Journal, type JournalError } from './journal/journal.ts';
import type { Step } from './journal/records.ts';
import { Locks } from './locks.ts';
import { Offenders } from './offenders.ts';

/** What is told of a command that never came to hold anything. */
export interface Ending {
  readonly program: string;
  readonly keys?: readonly string[];
  readonly reason?: string;
  readonly extended?: CommandId;
  readonly expiresAtMs?: number | null;
  readonly timeoutSeconds?: number;
  readonly runs?: readonly RunRecord[];
}

export interface Grant {
  readonly seconds: number;
  /** null: nothing is scheduled to undo it. */
  readonly expiry: Expiry | null;
  /** The time had passed when its turn came. */
  readonly tooLate: boolean;
}

/** What is told when a flush has ended. */
interface Untold {
  readonly round: Promise<unknown>;
  readonly executions: Execution[];
}

export class Core {
  readonly deps: AgentDeps;
  /** Those of `deps` at first; they may change while the agent runs. */
  settings: AgentSettings;
  readonly book: Book;
  readonly journal: Journal;
  readonly locks = new Locks();
  readonly log: ActiveResponsesLog;
  readonly listeners = new Set<(execution: Execution) => void>();
  private flush: { readonly round: Promise<unknown>; readonly reason: Promise<string | undefined> } | undefined;
  private untold: Untold | undefined;
  readonly findingListeners = new Set<(finding: Finding) => void>();

  constructor(deps: AgentDeps) {
    this.deps = deps;
    this.settings = deps.settings;
    this.book = new Book(new Offenders(deps.settings.offenderMinutes), () => this.journal);
    this.journal = new Journal(
      deps.files,
      deps.settings.journalPath,
      () => this.book.snapshot(),
      (failure) => this.find(journalFinding(failure)),
    );
    this.log = new ActiveResponsesLog(deps.files, deps.settings.logPath, deps.clock);
  }

  nowMs(): number {
    return this.deps.clock.nowMs();
  }

  view(held: Held): Execution {
    return viewHeld(held, this.settings.agentId, this.deps.clock, this.deps.bootId);
  }

  /** Infinity where nothing is scheduled. */
  remainingMs(held: { readonly expiry: Expiry | null }): number {
    return held.expiry === null
      ? Number.POSITIVE_INFINITY
      : remainingMs(held.expiry, this.deps.clock, this.deps.bootId);
  }

  expiryAfter(ms: number): Expiry {
    return expiryAfter(ms, this.deps.clock, this.deps.bootId);
  }

  accept(held: Held): void {
    this.book.accept(held);
    this.tell(this.view(held));
  }

  move(held: Held, to: ExecutionState, step: Step, patch: HeldPatch = {}): Execution {
    this.book.move(held, to, step, patch);
    return this.tell(this.view(held));
  }

  finish(held: Held, to: ExecutionState, patch: HeldPatch = {}): Execution {
    this.book.finish(held, to, patch, this.nowMs());
    return this.tell(this.view(held));
  }

  /** Ends a command that holds nothing: refused, too late, or it only made another one last longer. */
  settle(message: CommandMessage, state: ExecutionState, ending: Ending): Execution {
    const { program, keys, reason, extended } = ending;
    this.book.settle({
      id: message.id,
      atMs: this.nowMs(),
      state,
      program,
      ...(keys === undefined ? {} : { keys }),
      ...(reason === undefined ? {} : { reason }),
      ...(extended === undefined ? {} : { extended }),
    });
    return this.tell(this.describe(message, state, ending));
  }

  /** An execution made from the message alone. */
  describe(message: CommandMessage, state: ExecutionState, ending: Ending): Execution {
    const { keys } = ending;
    return {
      id: message.id,
      agentId: this.settings.agentId,
      response: message.response,
      executable: message.executable,
      program: ending.program,
      state,
      key: keys === undefined ? undefined : shownKey(message.executable, keys),
      target: keys === undefined || keys.length === 0 ? undefined : keys.join(' '),
      ruleId: message.alert.rule.id,
      ruleDescription: message.alert.rule.description,
      origin: message.origin,
      startedAtMs: this.nowMs(),
      expiresAtMs: ending.expiresAtMs ?? null,
      timeoutSeconds: ending.timeoutSeconds ?? message.timeoutSeconds,
      effect: 'unknown',
      reason: ending.reason,
      extended: ending.extended,
      revertAttempts: 0,
      runs: ending.runs ?? [],
    };
  }

  /** How long a command may last, the ladder of repeated offenders included. // spec active-response §4 */
  grant(message: CommandMessage, keys: readonly string[], inForce: boolean): Grant {
    if (message.timeoutSeconds === 0) return { seconds: 0, expiry: null, tooLate: false };
    const { offenders } = this.book;
    if (!offenders.enabled) return this.grantSeconds(message, message.timeoutSeconds);
    const name = identity(message.executable, keys);
    const climbs = !inForce || this.settings.climbWhileInForce;
    const count = climbs ? offenders.count(name) + 1 : Math.max(1, offenders.count(name));
    const grant = this.grantSeconds(message, offenders.seconds(count, message.timeoutSeconds));
    if (climbs && !grant.tooLate) this.book.offence(name, count);
    return grant;
  }

  private grantSeconds(message: CommandMessage, seconds: number): Grant {
    const left = Math.min(message.decidedForMs + seconds * 1000 - this.nowMs(), seconds * 1000);
    return { seconds, expiry: this.expiryAfter(Math.max(0, left)), tooLate: left <= 0 };
  }

  /** The first reason not to act on any of the targets. */
  refusal(targets: readonly string[], message: CommandMessage): string | undefined {
    return this.deps.refuse(targets, message);
  }

  /** Whether everything appended so far is on the disk; the reason where it is not. */
  durable(): Promise<string | undefined> {
    const round = this.journal.settled();
    if (this.flush?.round !== round) this.flush = { round, reason: round.then((failure) => failure?.message) };
    return this.flush.reason;
  }

  /** Tells whoever listens. */
  find(finding: Finding): void {
    for (const listener of this.findingListeners) listener(finding);
  }

  /** Listeners hear of it when it is in the journal, or could not be put there; all of one flush at a time. */
  private tell(execution: Execution): Execution {
    if (this.listeners.size === 0) return execution;
    const round = this.journal.settled();
    if (this.untold?.round !== round) {
      const untold: Untold = { round, executions: [] };
      this.untold = untold;
      void round.then(() => this.tellAll(untold));
    }
    this.untold.executions.push(execution);
    return execution;
  }

  private tellAll(untold: Untold): void {
    if (this.untold === untold) this.untold = undefined;
    for (const execution of untold.executions) for (const listener of this.listeners) listener(execution);
  }
}

function journalFinding(failure: JournalError | undefined): Finding {
  if (failure === undefined) return { kind: 'journal_restored', text: 'the journal can be written again' };
  return { kind: 'journal_failed', text: `${failure.message}; until it can, no script is run` };
}
