// Nothing is in force past its time, nothing in force is forgotten, nothing is doubled: whatever fails, whenever it crashes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import { World } from './model/world.ts';

/** Disks that refuse once: a service manager starts the agent again. */
async function startPersistently(world: World): Promise<Agent> {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const agent = world.createAgent();
    try {
      await agent.start();
      return agent;
    } catch {
      world.crash();
    }
  }
  throw new Error('the agent does not start');
}

/** What is on the machine is known to the agent. */
function expectKnown(world: World, agent: Agent): void {
  const known = agent.inForce().map(({ executable, target }) => `${executable} ${target}`);
  expect(new Set(known).size).toBe(known.length);
  for (const element of world.machine.inForce()) expect(known).toContain(element);
}

async function live(world: World, executable: string, crashAfter: number): Promise<void> {
  let agent = await startPersistently(world);
  const steps: (() => Promise<unknown>)[] = [
    () => agent.deliver(world.message(executable, '192.0.2.1', 10)),
    () => world.clock.advance(2000),
    () => agent.deliver(world.message(executable, '192.0.2.1', 10)),
    () => agent.deliver(world.message(executable, '192.0.2.2', 4)),
    () => world.clock.advance(5000),
    () => agent.revert({ target: '192.0.2.1' }),
    () => agent.deliver(world.message(executable, '192.0.2.3', 6)),
  ];
  for (const [index, step] of steps.entries()) {
    await step();
    await world.settle();
    expectKnown(world, agent);
    if (index !== crashAfter) continue;
    world.crash();
    agent = await startPersistently(world);
    await world.clock.advance(1);
    expectKnown(world, agent);
  }
  await world.clock.advance(10_001);
  expect(world.machine.inForce()).toEqual([]);
  expect(agent.inForce()).toEqual([]);
  await agent.stop({ lift: false });
  expect(world.clock.armed).toBe(0);
}

describe.each(['lift', 'keep', 'script'])('a life with %s', (executable) => {
  it.each([-1, 0, 2, 3, 5, 6])('ends clean whichever file operation fails; crash after step %d', async (crashAfter) => {
    const whole = new World();
    await live(whole, executable, crashAfter);
    expect(whole.disk.operations).toBeGreaterThan(20);
    for (let n = 1; n <= whole.disk.operations + 3; n += 1) {
      const world = new World();
      world.disk.failAt = n;
      await live(world, executable, crashAfter).catch((error: unknown) => {
        throw new Error(`operation ${n}`, { cause: error });
      });
    }
  });

  it('is recovered from a crash at any moment of an application, restarted before and after its end', async () => {
    for (const away of [0, 100_000]) {
      for (let hops = 0; hops < 60; hops += 1) {
        const world = new World();
        const first = await world.start();
        void first.deliver(world.message(executable, '192.0.2.1', 60));
        for (let hop = 0; hop < hops; hop += 1) await Promise.resolve();
        world.crash(hops % 7 === 0 ? 40 : 0);
        world.clock.pass(away);
        const agent = await world.start();
        await world.clock.advance(1);
        expectKnown(world, agent);
        if (away > 0) expect(world.machine.inForce()).toEqual([]);
        await world.clock.advance(61_000);
        expect(world.machine.inForce()).toEqual([]);
        expect(agent.inForce()).toEqual([]);
      }
    }
  });
});

type Step =
  | { readonly kind: 'deliver'; readonly executable: string; readonly last: number; readonly seconds: number }
  | {
      readonly kind: 'begin';
      readonly executable: string;
      readonly last: number;
      readonly seconds: number;
      readonly hops: number;
    }
  | { readonly kind: 'advance'; readonly seconds: number }
  | { readonly kind: 'wall'; readonly hours: number }
  | { readonly kind: 'crash' | 'restart' | 'reboot' | 'lift' | 'refuse' | 'allow' };

const executables = fc.constantFrom('lift', 'keep', 'script', 'script2');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('deliver' as const),
    executable: executables,
    last: fc.integer({ min: 1, max: 3 }),
    seconds: fc.integer({ min: 1, max: 100 }),
  }),
  fc.record({
    kind: fc.constant('begin' as const),
    executable: executables,
    last: fc.integer({ min: 1, max: 3 }),
    seconds: fc.integer({ min: 1, max: 100 }),
    hops: fc.integer({ min: 0, max: 50 }),
  }),
  fc.record({ kind: fc.constant('advance' as const), seconds: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('wall' as const), hours: fc.integer({ min: -30, max: 30 }) }),
  fc.record({ kind: fc.constantFrom('crash' as const, 'restart', 'reboot', 'lift', 'refuse', 'allow') }),
);

async function take(world: World, agent: Agent, step: Step): Promise<Agent> {
  switch (step.kind) {
    case 'deliver':
      await agent.deliver(world.message(step.executable, `192.0.2.${step.last}`, step.seconds));
      return agent;
    case 'begin':
      // Not waited for: the next step, a crash perhaps, comes in the middle of it.
      void agent.deliver(world.message(step.executable, `192.0.2.${step.last}`, step.seconds));
      for (let hop = 0; hop < step.hops; hop += 1) await Promise.resolve();
      return agent;
    case 'advance':
      await world.clock.advance(step.seconds * 1000);
      return agent;
    case 'wall':
      world.clock.setWall(step.hours * 3_600_000);
      return agent;
    case 'crash':
    case 'reboot':
      world[step.kind]();
      return await world.start();
    case 'restart':
      await agent.stop({ lift: false });
      return await world.start();
    case 'lift':
      await agent.revert({ all: true });
      return agent;
    case 'refuse':
    case 'allow':
      world.machine.revertFails = step.kind === 'refuse';
      return agent;
  }
}

describe('any sequence', () => {
  it('of commands, crashes, restarts, reboots and clock jumps ends with the machine as it began', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const world = new World();
        let agent = await world.start();
        for (const next of steps) {
          agent = await take(world, agent, next);
          if (next.kind === 'begin') continue;
          await world.settle();
          expectKnown(world, agent);
        }
        const failing = world.machine.revertFails;
        await world.clock.advance(102_000);
        if (failing) {
          for (const { state } of agent.inForce()) expect(state).toBe('revert_failed');
          expectKnown(world, agent);
          world.machine.revertFails = false;
          await world.clock.advance(301_000);
        }
        expect(world.machine.inForce()).toEqual([]);
        expect(agent.inForce()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
