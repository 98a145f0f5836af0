// The journal of this host as a source: journalctl started, filters compiled, accounts known.
import type { JournalFilter } from '../config/ossec-conf.ts';
import { compileExpression, Subject } from '../detect/patterns/expression.ts';
import type { Sender } from '../source/journal/believe.ts';
import type { JournalEntry } from '../source/journal/entry.ts';
import { createJournalSource, type JournalReader } from '../source/journal/journal-source.ts';
import type { LogMessage } from '../source/message.ts';
import type { Source, SourceHandlers, SourcePosition } from '../source/source.ts';
import type { Clock } from '../system/clock.ts';
import { readAccounts } from '../system/environment.ts';
import type { Launched } from '../system/launch.ts';
import { startProgram } from '../system/processes.ts';

export interface HostJournalOptions {
  /** An entry is read where all filters of one list hold; undefined: every one is. */
  readonly filters: readonly (readonly JournalFilter[])[] | undefined;
  /** `PROGRAM=UNIT` */
  readonly senders: () => readonly string[];
  readonly position: SourcePosition | undefined;
  readonly clock: Clock;
}

const accountsAgeMs = 60_000;

export function createHostJournal(
  { filters, senders, position, clock }: HostJournalOptions,
  handlers: SourceHandlers<LogMessage>,
): Source {
  const options = {
    position,
    clock,
    startReader,
    wantedFields: (filters ?? []).flat().map(({ field }) => field),
    isWanted: filters === undefined ? () => true : compileFilters(filters),
    accountOf: createAccountLookup(clock),
    senders: () => senders().map(parseSender),
  };
  return createJournalSource(options, handlers);
}

function startReader(args: readonly string[]): JournalReader | string {
  const program = startProgram('journalctl', ['--quiet', ...args]);
  if (typeof program === 'string') return program;
  program.stdin.end();
  return {
    stdout: program.stdout,
    stderr: program.stderr,
    ended: untilEnded(program),
    end: () => program.signal('SIGTERM'),
  };
}

/** What it has printed is read first. */
async function untilEnded(program: Launched): Promise<string> {
  const [{ status, signal }] = await Promise.all([
    program.exited,
    ...[program.stdout, program.stderr].map((stream) => new Promise((resolve) => stream.once('close', resolve))),
  ]);
  program.release();
  return status === 0 ? '' : `journalctl ended ${signal === null ? `with status ${status}` : `by ${signal}`}`;
}

function parseSender(text: string): Sender {
  const [program = '', unit = ''] = text.split('=');
  return { program, unit };
}

/** What is wrong with the pattern of a filter, if anything. */
export function findFilterFault({ pattern }: JournalFilter): string | undefined {
  const compiled = compileExpression('pcre2', Buffer.from(pattern).toString('latin1'));
  return compiled.ok ? undefined : compiled.error;
}

function compileFilters(all: readonly (readonly JournalFilter[])[]): (entry: JournalEntry) => boolean {
  const lists = all.map((filters) => filters.map(compileFilter));
  return (entry) => lists.some((tests) => tests.every((test) => test(entry)));
}

function compileFilter({ field, pattern, ignoreIfMissing }: JournalFilter): (entry: JournalEntry) => boolean {
  const compiled = compileExpression('pcre2', Buffer.from(pattern).toString('latin1'));
  return (entry) => {
    const value = entry.field(field);
    if (value === undefined) return ignoreIfMissing;
    return compiled.ok && compiled.expression.test(new Subject(value));
  };
}

/** Accounts change seldom, and are asked for where set-uid programs write. */
function createAccountLookup(clock: Pick<Clock, 'ticksMs'>): (uid: number) => string | undefined {
  let names = new Map<number, string>();
  let readMs = Number.NEGATIVE_INFINITY;
  return (uid) => {
    if (clock.ticksMs() - readMs > accountsAgeMs) {
      names = new Map(readAccounts().map((account) => [account.uid, account.name]));
      readMs = clock.ticksMs();
    }
    return names.get(uid);
  };
}
