// Settings that change while the agent runs, as after a reload.
import { describe, expect, it } from 'vitest';
import { type ChangeableSettings, defaultAgentSettings } from '../../src/agent/agent.ts';
import { World } from './model/world.ts';

const changed = (settings: Partial<ChangeableSettings>): ChangeableSettings => ({
  ...defaultAgentSettings,
  ...settings,
});

describe('settings that change while the agent runs', () => {
  it('are the ladder of repeated offenders: a place on it is kept', async () => {
    const world = new World({ offenderMinutes: [1] });
    const agent = await world.start();
    const grant = async (): Promise<number> => {
      const { timeoutSeconds } = await agent.deliver(world.message('keep', '192.0.2.1', 10));
      await world.clock.advance(3_600_000);
      return timeoutSeconds;
    };
    expect([await grant(), await grant()]).toEqual([10, 60]);
    agent.use(changed({ offenderMinutes: [1, 5] }));
    expect(await grant()).toBe(300);
    agent.use(changed({ offenderMinutes: [] }));
    expect(await grant()).toBe(10);
  });

  it('are whether a repeat in force climbs it', async () => {
    const world = new World({ offenderMinutes: [1] });
    const agent = await world.start();
    const deliver = async (): Promise<number> =>
      (await agent.deliver(world.message('keep', '192.0.2.1', 10))).timeoutSeconds;
    expect([await deliver(), await deliver()]).toEqual([10, 10]);
    agent.use(changed({ offenderMinutes: [1], climbWhileInForce: true }));
    expect(await deliver()).toBe(60);
  });

  it('are how many scripts run at once', async () => {
    const world = new World({ runningPerExecutable: 1 });
    world.machine.hanging.set('script', []);
    const agent = await world.start();
    const running = [1, 2, 3].map((n) => agent.deliver(world.message('script', `192.0.2.${n}`, 10)));
    await world.clock.advance(0);
    expect(world.machine.alive.size).toBe(1);
    agent.use(changed({ runningPerExecutable: 2 }));
    await world.clock.advance(0);
    expect(world.machine.alive.size).toBe(2);
    for (let n = 0; n < 3; n += 1) {
      for (const end of world.machine.hanging.get('script')?.splice(0) ?? []) end();
      await world.clock.advance(0);
    }
    await Promise.all(running);
  });

  it('are how often journal and machine are compared: one timer, at the new interval', async () => {
    const world = new World({ reconcileEveryMs: 3_600_000 });
    const agent = await world.start();
    await agent.deliver(world.message('keep', '192.0.2.1', 600));
    // The lines of its log are written a moment later.
    await world.clock.advance(1100);
    const timers = world.clock.armed;
    agent.use(changed({ reconcileEveryMs: 1000 }));
    expect(world.clock.armed).toBe(timers);
    world.machine.elements.clear();
    await world.clock.advance(1500);
    expect(world.machine.elements.size).toBe(1);
    expect(world.clock.armed).toBe(timers);
  });
});

describe('revert_slots', () => {
  it.each([1, 2])('%i: so many scripts revert at once, however many may run', async (revertSlots) => {
    const world = new World({ revertSlots, runningPerExecutable: 64 });
    const agent = await world.start();
    for (const n of [1, 2, 3]) await agent.deliver(world.message('script', `192.0.2.${n}`, 600));
    let most = 0;
    const watched = agent.revert({ all: true });
    for (let turn = 0; turn < 20; turn += 1) {
      most = Math.max(most, world.machine.alive.size);
      await Promise.resolve();
    }
    await watched;
    expect(most).toBe(revertSlots);
    expect(agent.inForce()).toEqual([]);
  });
});
