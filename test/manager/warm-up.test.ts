import { describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import { createIdleLocalAgent } from '../../src/manager/local-agent.ts';
import { warmUp } from '../../src/manager/warm-up.ts';
import type { Clock } from '../../src/system/clock.ts';
import { makeResponse, makeTable } from '../decide/samples.ts';
import { loadShipped, startShipped } from '../ruleset/shipped.ts';

const { position } = makeResponse();
const firewallDrop = {
  name: 'firewall-drop',
  executable: 'firewall-drop',
  timeoutAllowed: true,
  extraArgs: [],
  position,
};

describe('warming up', () => {
  it('goes all the way to blocks on no machine, of attackers that are nobody, with a memory of its own', async () => {
    const shipped = loadShipped();
    const asked = new Set<string>();
    let made = 0;
    const now = (): number => 1_790_000_000_000;
    const clock: Clock = { nowMs: now, bootMs: now, ticksMs: now, after: () => expect.fail('a timer was set') };
    const states = new Map<string, number>();
    const agents: Agent[] = [];
    const createAgent = (): Agent => {
      const agent = createIdleLocalAgent({ clock, refuse: () => undefined });
      agent.onExecution(({ state }) => states.set(state, (states.get(state) ?? 0) + 1));
      agents.push(agent);
      return agent;
    };
    await warmUp({
      loaded: {
        table: makeTable([makeResponse({ rulesIds: new Set(['5763']), command: firewallDrop })]),
        createFreshDetector: () => {
          made += 1;
          return startShipped(shipped);
        },
      },
      standingFacts: () => ({
        agents: [],
        neverBlock: () => undefined,
        targetOf: (_executable, alert) => {
          asked.add(String(alert.data?.srcip));
          return { kind: 'unknown' };
        },
        maxAgeMs: 600_000,
        observe: false,
      }),
      createAgent,
      clock,
    });
    expect(made).toBe(2);
    const each = 250 + 8 * 90;
    const all = 2 * each;
    expect(asked.size).toBe(each);
    expect(Object.fromEntries(states)).toEqual({ accepted: all, active: all, reverting: all, reverted: all });
    expect(agents.map((agent) => agent.countInForce())).toEqual([0, 0]);
    expect([...asked].filter((address) => !address.startsWith('240.'))).toEqual([]);
  });
});
