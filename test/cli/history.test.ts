import { describe, expect, it } from 'vitest';
import { formatHistory } from '../../src/cli/history.ts';
import type { CommandId } from '../../src/fleet/command.ts';
import type { Execution, RunRecord } from '../../src/fleet/execution.ts';
import type { HistoryEntry } from '../../src/store/store.ts';

const run: RunRecord = {
  purpose: 'add',
  startedAtMs: 0,
  durationMs: 5,
  exitStatus: 1,
  signal: null,
  timedOut: false,
  stdoutTail: '',
  stderrTail: '',
};

function entryWith(reason: string | undefined, runs: readonly RunRecord[]): HistoryEntry {
  const execution: Execution = {
    id: 'd:000' as CommandId,
    agentId: '000',
    response: 'mine0',
    executable: 'mine',
    program: 'active-response/bin/mine',
    state: 'failed',
    key: 'mine',
    target: undefined,
    ruleId: '5763',
    ruleDescription: '',
    origin: 'rule',
    startedAtMs: 0,
    expiresAtMs: null,
    timeoutSeconds: 0,
    effect: 'unknown',
    reason,
    extended: undefined,
    revertAttempts: 0,
    runs,
  };
  return { atMs: 0, decision: undefined, execution, states: [] };
}

describe('formatHistory', () => {
  it('shows the reason, and what was done to the last run', () => {
    const noted = { ...run, note: 'it was \u001b[2J ended' };
    expect(formatHistory([entryWith('ended with status 1', [noted])])).toContain(
      'ended with status 1; it was \\x1b[2J ended\n',
    );
    expect(formatHistory([entryWith(undefined, [noted, { ...run, note: 'the last' }])])).toMatch(/failed +the last\n$/);
    expect(formatHistory([entryWith('refused', [run])])).toMatch(/failed +refused\n$/);
  });
});
