import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alert/alert.ts';
import { readDecisionId } from '../../src/dispatch/command-id.ts';
import { planDispatches } from '../../src/dispatch/dispatch.ts';
import { recordUndelivered } from '../../src/dispatch/undelivered.ts';
import { makeDecision } from '../store/samples.ts';

const alert: Alert = {
  timestamp: '2026-03-01T00:00:00.000+0000',
  id: '1.1',
  rule: { id: '5712', level: 10, description: 'made for a test', groups: [] },
  agent: { id: '000' },
};
const options = { maxAgeMs: 60_000, hasLink: (id: string) => id === '000' };

describe('dispatch', () => {
  it('gives one command for each endpoint, with all that it needs', () => {
    const decision = makeDecision('1.1:blk600', { agents: ['000', '001'], extraArgs: ['-x'] });
    const [local, remote, ...rest] = planDispatches(decision, alert, options);
    expect(rest).toEqual([]);
    expect(local).toEqual({
      agentId: '000',
      undeliverable: undefined,
      command: {
        id: '1.1:blk600:000',
        response: 'firewall-drop600',
        executable: 'firewall-drop',
        extraArgs: ['-x'],
        timeoutSeconds: 600,
        decidedForMs: 1000,
        deadlineMs: 601_000,
        origin: 'rule',
        alert,
      },
    });
    expect(remote?.undeliverable).toBe('no link to agent 001');
    expect(remote?.command.id).toBe('1.1:blk600:001');
  });

  it('gives a stateless response as long as the age allowed, counted from the event', () => {
    const [dispatch] = planDispatches(makeDecision('1.1:tell0', { timeoutSeconds: 0 }), alert, options);
    expect(dispatch?.command.deadlineMs).toBe(61_000);
  });

  it.each(['suppressed', 'expired'] as const)('gives none for a decision that is %s', (outcome) => {
    expect(planDispatches(makeDecision('1', { outcome, guard: 'no_ar' }), alert, options)).toEqual([]);
  });

  it('knows the decision of a command', () => {
    const [dispatch] = planDispatches(makeDecision('odd:id#2'), alert, options);
    if (dispatch === undefined) throw new Error('there is a command');
    expect(readDecisionId(dispatch.command.id)).toBe('odd:id#2');
  });

  it('records what could not be delivered as failed, with the reason', () => {
    const [dispatch] = planDispatches(makeDecision('1', { agents: ['001'] }), alert, options);
    if (dispatch === undefined) throw new Error('there is a command');
    expect(recordUndelivered(dispatch, '192.0.2.1', 5)).toMatchObject({
      id: '1:001',
      agentId: '001',
      state: 'failed',
      reason: 'no link to agent 001',
      target: '192.0.2.1',
      ruleId: '5712',
      startedAtMs: 5,
      expiresAtMs: null,
    });
  });
});
