// What was asked for without a timeout: it stays until somebody reverts it, whatever happens to agent and machine.
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import { World } from './model/world.ts';

const hour = 3_600_000;
const day = 24 * hour;

function expectInForce(world: World, agent: Agent, place: string): void {
  expect(agent.inForce()).toMatchObject([{ state: 'active', expiresAtMs: null, timeoutSeconds: 0 }]);
  expect(world.machine.inForce()).toEqual([place]);
}

const applications = (world: World): number => world.machine.calls.filter((call) => call.startsWith('apply')).length;

describe.each(['lift', 'keep'])('a response of timeout 0 by %s', (executable) => {
  const place = `${executable} 192.0.2.1`;

  it('stays through restart, crash, reboot and flush until it is reverted by hand', async () => {
    const world = new World();
    let agent = await world.start();
    const execution = await agent.deliver(world.message(executable, '192.0.2.1', 0));
    expect(execution).toMatchObject({ state: 'active', effect: 'effective', expiresAtMs: null });
    await agent.stop({ lift: false });
    agent = await world.start();
    expectInForce(world, agent, place);
    for (const harm of [() => world.crash(), () => world.reboot()]) {
      harm();
      agent = await world.start();
      expectInForce(world, agent, place);
    }
    world.machine.elements.clear();
    expect((await agent.reconcile()).findings.map(({ kind }) => kind)).toEqual(['applied_again']);
    expectInForce(world, agent, place);
    expect(await agent.revert({ target: '192.0.2.1' })).toMatchObject([{ state: 'reverted' }]);
    expect(world.machine.inForce()).toEqual([]);
    expect(agent.inForce()).toEqual([]);
    await agent.stop({ lift: false });
    expect(world.clock.armed).toBe(0);
    await world.start();
    expect(world.machine.inForce()).toEqual([]);
  });

  it('outlasts the end that the machine has for it, and is applied anew only well before it', async () => {
    const world = new World({ reconcileEveryMs: hour });
    const agent = await world.start();
    await agent.deliver(world.message(executable, '192.0.2.1', 0));
    const before = applications(world);
    for (let days = 1; days <= 30; days += 1) {
      await world.clock.advance(day);
      expectInForce(world, agent, place);
    }
    // The machine is given a week each time.
    expect(applications(world) - before).toBe(executable === 'lift' ? 8 : 0);
    expect((await agent.reconcile()).findings).toEqual([]);
  });

  it('is not cut short by a repeat that has a timeout, and takes over one that has', async () => {
    const world = new World();
    const agent = await world.start();
    await agent.deliver(world.message(executable, '192.0.2.1', 60));
    await agent.deliver(world.message(executable, '192.0.2.1', 0));
    await agent.deliver(world.message(executable, '192.0.2.1', 30));
    await world.clock.advance(day);
    expectInForce(world, agent, place);
  });

  it('is in force or is not after a crash at any moment of its application, and no third way', async () => {
    for (let hops = 0; hops < 60; hops += 1) {
      const world = new World();
      const first = await world.start();
      void first.deliver(world.message(executable, '192.0.2.1', 0));
      for (let hop = 0; hop < hops; hop += 1) await Promise.resolve();
      world.crash(hops % 7 === 0 ? 40 : 0);
      const agent = await world.start();
      expect(world.machine.inForce()).toEqual(agent.inForce().map(({ target }) => `${executable} ${target}`));
      await agent.revert({ all: true });
      expect(world.machine.inForce()).toEqual([]);
    }
  });
});

describe('a response of timeout 0', () => {
  it('whose application a crash cut off is not begun again when its event is old', async () => {
    const world = new World();
    const first = await world.start();
    world.machine.applyFails = true;
    const message = world.message('lift', '192.0.2.1', 0);
    void first.deliver(message);
    for (let hop = 0; hop < 12; hop += 1) await Promise.resolve();
    world.crash();
    world.machine.applyFails = false;
    world.clock.pass(message.deadlineMs - message.decidedForMs);
    const agent = world.createAgent();
    const states: string[] = [];
    agent.onExecution(({ state }) => states.push(state));
    await agent.start();
    await world.settle();
    expect(states).toEqual(['expired']);
    expect(world.machine.inForce()).toEqual([]);
    expect(agent.inForce()).toEqual([]);
  });

  it('that the machine has for ever is given an end there', async () => {
    const world = new World();
    const agent = await world.start();
    await agent.deliver(world.message('lift', '192.0.2.1', 0));
    world.machine.elements.set('lift 192.0.2.1', { until: null });
    expect((await agent.reconcile()).findings.map(({ kind }) => kind)).toEqual(['repaired']);
    expect(world.machine.elements.get('lift 192.0.2.1')?.until).toBeGreaterThan(world.clock.bootMs());
    expectInForce(world, agent, 'lift 192.0.2.1');
  });

  it('is reapplied where it is there without effect', async () => {
    const world = new World();
    const agent = await world.start();
    await agent.deliver(world.message('lift', '192.0.2.1', 0));
    world.machine.fault = 'the model sleeps';
    const { findings } = await agent.reconcile();
    expect(findings).toMatchObject([{ kind: 'applied_again', text: expect.stringContaining('the model sleeps') }]);
    expect((await agent.reconcile()).findings).toEqual([]);
  });
});
