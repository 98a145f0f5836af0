import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import { makeFacts, makeResponse, makeTable } from './samples.ts';

const byLevel = makeResponse({ level: 5 });

describe('decide', () => {
  it('says what runs, where, on what, for how long, and why', () => {
    const facts = makeFacts({
      nowMs: 1_000_500,
      targetOf: (executable) => ({ kind: 'target', target: `target of ${executable}` }),
    });
    expect(decide(makeTable([byLevel]), facts)).toEqual([
      {
        id: '1700000000.10:blk600',
        alertId: '1700000000.10',
        ruleId: '5712',
        ruleDescription: 'made for a test',
        response: 'blk600',
        executable: 'blk',
        extraArgs: ['a'],
        locations: ['local'],
        agents: ['000'],
        target: 'target of blk',
        timeoutSeconds: 600,
        eventMs: 1_000_000,
        decidedAtMs: 1_000_500,
        outcome: 'run',
        guard: undefined,
        reason: 'the level is 5 or higher; on the manager, where the event is from',
      },
    ]);
  });

  it('gives one decision for each bound block, in document order, and none for the others', () => {
    const table = makeTable([
      makeResponse({ name: 'b0', level: 11 }),
      makeResponse({ name: 'b1', level: 10 }),
      makeResponse({ name: 'b2' }),
      makeResponse({ name: 'b3', rulesIds: new Set(['5712']) }),
    ]);
    expect(decide(table, makeFacts()).map(({ response }) => response)).toEqual(['b1', 'b3']);
  });

  it('gives the same ids for the same alert, and different ones for two blocks of one name', () => {
    const table = makeTable([byLevel, byLevel, makeResponse({ name: 'odd: #2 ü', level: 5 })]);
    const ids = () => decide(table, makeFacts()).map(({ id }) => id);
    expect(ids()).toEqual(['1700000000.10:blk600', '1700000000.10:blk600#2', '1700000000.10:odd%3A%20%232%20%C3%BC']);
    expect(ids()).toEqual(ids());
  });

  it('does not remember one rule for another', () => {
    const table = makeTable([makeResponse({ level: 5, rulesGroup: 'sshd,' })]);
    const count = (rule: Parameters<typeof makeFacts>[0]) => decide(table, makeFacts(rule)).length;
    expect(count({ rule: { level: 5 } })).toBe(1);
    expect(count({ rule: { level: 4 } })).toBe(0);
    expect(count({ rule: { level: 5, groupString: 'web,' } })).toBe(0);
    expect(count({ rule: { level: 5 } })).toBe(1);
  });

  it('forgets, so that foreign alerts cannot fill the memory', () => {
    const table = makeTable([makeResponse({ rulesGroup: 'sshd,' })]);
    for (let index = 0; index < 25_000; index += 1) {
      decide(table, makeFacts({ rule: { groupString: `sshd,${index}` } }));
    }
    expect(decide(table, makeFacts()).length).toBe(1);
  });
});
