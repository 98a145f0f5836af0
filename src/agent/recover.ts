// After a start: what an earlier life left unfinished is brought to an end that can be told.
import type { Finding } from './agent.ts';
import type { Core } from './core.ts';
import type { Held } from './held.ts';
import { JournalError } from './journal/journal.ts';
import type { Reverts } from './reverts.ts';

/** Reasons for which a disk refuses for a while: the agent starts, reverts what has run out, and refuses what is new. */
const passing = new Set(['ENOSPC', 'EDQUOT', 'EIO']);

/** Reads the journal, sets aside what is damaged, writes it anew. Rejects with JournalError. */
export async function readJournal(core: Core): Promise<readonly Finding[]> {
  const { records, damaged, headless } = await core.journal.read();
  const findings: Finding[] = [];
  const orphans = core.book.replay(records);
  if (damaged > 0) {
    const path = core.journal.setAside(core.nowMs());
    const text = `${damaged} line(s) of the journal are damaged and lost; as it was found, it is kept in ${path}`;
    findings.push({ kind: 'journal_damaged', text });
  }
  if (headless) findings.push({ kind: 'journal_damaged', text: 'the journal has lost its beginning, or was emptied' });
  for (const id of new Set(orphans)) {
    findings.push({ kind: 'journal_damaged', text: `the beginning of ${id} is not in the journal` });
  }
  try {
    await core.journal.flushed();
  } catch (error) {
    if (!(error instanceof JournalError) || error.code === undefined || !passing.has(error.code)) throw error;
    findings.push({ kind: 'failed', text: `${error.message}; new commands are refused until it can` });
  }
  return findings;
}

/** Process groups that an earlier life started and that still run are ended first. */
export async function endLeftovers(core: Core): Promise<readonly Finding[]> {
  const { processes } = core.deps;
  const unfinished = [...core.book.held.values()].filter(
    ({ state, process }) => process !== undefined && (state === 'accepted' || state === 'reverting'),
  );
  const ended = await Promise.all(
    unfinished.map(async ({ process, message }): Promise<Finding | undefined> => {
      if (process === undefined || !(await processes.isAlive(process))) return undefined;
      await processes.endGroup(process);
      return { kind: 'run_ended', text: `process group ${process.pid} of ${message.id} was still running` };
    }),
  );
  return ended.filter((finding) => finding !== undefined);
}

/** Scripts that were at work. What must be taken back is, in the background: a script that hangs holds up no start. */
export function recoverScripts(core: Core, reverts: Reverts): readonly Finding[] {
  const findings: Finding[] = [];
  for (const held of [...core.book.held.values()]) {
    if (held.means.kind !== 'script' || held.state !== 'accepted') continue;
    const finding = recoverRun(core, reverts, held);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

function recoverRun(core: Core, reverts: Reverts, held: Held): Finding | undefined {
  const { message, process, keys, extended } = held;
  if (extended !== undefined) {
    core.finish(held, 'completed');
    return undefined;
  }
  // The message is written only when the start is in the journal.
  if (process === undefined) {
    core.finish(held, 'failed', { reason: 'the agent ended before the script was told anything' });
    return undefined;
  }
  if (message.timeoutSeconds === 0) {
    core.finish(held, 'failed', { reason: 'the agent ended while the script ran; its outcome is unknown' });
    return { kind: 'outcome_unknown', text: `${message.id}: the outcome of ${message.executable} is unknown` };
  }
  const what = keys === undefined ? 'before its keys were known; its outcome is unknown' : 'while it acted';
  void reverts.revert(held, `the agent ended ${what}, so it was taken back`);
  return { kind: keys === undefined ? 'outcome_unknown' : 'reverted', text: `${message.id}: the agent ended ${what}` };
}

/** Timers, reverts that were under way or failed. */
export function resume(core: Core, reverts: Reverts): void {
  for (const held of [...core.book.held.values()]) {
    if (held.state === 'active') reverts.arm(held);
    else if (held.state === 'reverting' || held.state === 'revert_failed') void reverts.revert(held, undefined);
  }
}
