import { describe, expect, it } from 'vitest';
import type { CommandId } from '../../src/fleet/command.ts';
import type { Execution } from '../../src/fleet/execution.ts';
import { logPath, World } from './model/world.ts';

const day = 86_400_000;

describe.each(['lift', 'keep', 'script'])('a response by %s', (executable) => {
  const place = `${executable} 192.0.2.1`;

  it('is in force until its time has passed, and told state by state', async () => {
    const world = new World();
    const agent = await world.start();
    const states: string[] = [];
    agent.onExecution(({ state }) => states.push(state));
    const execution = await agent.deliver(world.message(executable, '192.0.2.1', 60));
    expect(execution).toMatchObject({ state: 'active', key: `${executable}-192.0.2.1`, target: '192.0.2.1' });
    expect(execution.expiresAtMs).toBe(world.clock.nowMs() + 60_000);
    await world.clock.advance(59_000);
    expect(world.machine.inForce()).toEqual([place]);
    await world.clock.advance(1500);
    expect(world.machine.inForce()).toEqual([]);
    expect(agent.inForce()).toEqual([]);
    expect(states).toEqual(['accepted', 'active', 'reverting', 'reverted']);
    await agent.stop({ lift: false });
    expect(world.clock.armed).toBe(0);
  });

  it('is extended by a repeat to the later end, never shortened', async () => {
    const world = new World();
    const agent = await world.start();
    const first = await agent.deliver(world.message(executable, '192.0.2.1', 600));
    const short = await agent.deliver(world.message(executable, '192.0.2.1', 60));
    expect(short).toMatchObject({ state: 'completed', extended: first.id });
    await world.clock.advance(300_000);
    expect(world.machine.inForce()).toEqual([place]);
    await agent.deliver(world.message(executable, '192.0.2.1', 600));
    await world.clock.advance(599_000);
    expect(world.machine.inForce()).toEqual([place]);
    await world.clock.advance(2000);
    expect(world.machine.inForce()).toEqual([]);
  });

  it('survives an orderly restart for the time that remains', async () => {
    const world = new World();
    await (
      await world.start().then(async (agent) => {
        await agent.deliver(world.message(executable, '192.0.2.1', 60));
        return agent;
      })
    ).stop({ lift: false });
    expect(world.machine.inForce()).toEqual([place]);
    world.clock.pass(20_000);
    const agent = await world.start();
    expect(agent.inForce()).toHaveLength(1);
    await world.clock.advance(39_000);
    expect(world.machine.inForce()).toEqual([place]);
    await world.clock.advance(2000);
    expect(world.machine.inForce()).toEqual([]);
  });

  it('is lifted by a stop that lifts', async () => {
    const world = new World();
    const agent = await world.start();
    await agent.deliver(world.message(executable, '192.0.2.1', 60));
    await agent.stop({ lift: true });
    expect(world.machine.inForce()).toEqual([]);
  });

  it.each([day, -day])(
    'keeps its time when the clock is set by %d ms while it runs and across a restart',
    async (jump) => {
      const world = new World();
      const first = await world.start();
      await first.deliver(world.message(executable, '192.0.2.1', 60));
      world.clock.setWall(jump);
      await world.clock.advance(30_000);
      expect(world.machine.inForce()).toEqual([place]);
      world.crash();
      world.clock.setWall(jump);
      const second = await world.start();
      expect(second.inForce()).toHaveLength(1);
      await world.clock.advance(29_000);
      expect(world.machine.inForce()).toEqual([place]);
      await world.clock.advance(2000);
      expect(world.machine.inForce()).toEqual([]);
    },
  );

  it.each([0, day, -day])('lasts no longer than its timeout after a reboot, the clock set by %d ms', async (jump) => {
    const world = new World();
    await (await world.start()).deliver(world.message(executable, '192.0.2.1', 60));
    world.reboot();
    world.clock.pass(20_000);
    world.clock.setWall(jump);
    const agent = await world.start();
    await world.settle();
    if (jump === 0) await world.clock.advance(41_000);
    if (jump < 0) await world.clock.advance(61_000);
    if (jump > 0) await world.clock.advance(1);
    expect(world.machine.inForce()).toEqual([]);
    expect(agent.inForce()).toEqual([]);
  });

  it('runs a command once, however often it is delivered, restarts included', async () => {
    const world = new World();
    const agent = await world.start();
    const message = world.message(executable, '192.0.2.1', 60);
    const [one, two] = await Promise.all([agent.deliver(message), agent.deliver(message)]);
    expect(two).toEqual(one);
    await world.clock.advance(61_500);
    world.crash();
    const again = await (await world.start()).deliver(message);
    expect(again).toMatchObject({ id: message.id, state: 'reverted' });
    expect(world.machine.inForce()).toEqual([]);
  });

  it('that cannot be reverted is shown and tried again with growing pauses', async () => {
    const world = new World({ reconcileEveryMs: 10 * day });
    const agent = await world.start();
    await agent.deliver(world.message(executable, '192.0.2.1', 5));
    world.machine.revertFails = true;
    await world.clock.advance(5000);
    expect(agent.inForce()).toMatchObject([{ state: 'revert_failed', revertAttempts: 1 }]);
    await world.clock.advance(1000 + 2000 + 4000);
    expect(agent.inForce()).toMatchObject([{ revertAttempts: 4 }]);
    world.crash();
    world.machine.revertFails = false;
    const third = await world.start();
    await world.clock.advance(301_000);
    expect(world.machine.inForce()).toEqual([]);
    expect(third.inForce()).toEqual([]);
  });

  it('that cannot be reverted and is wanted again is in force again', async () => {
    const world = new World();
    const agent = await world.start();
    await agent.deliver(world.message(executable, '192.0.2.1', 5));
    world.machine.revertFails = true;
    await world.clock.advance(5500);
    world.machine.revertFails = false;
    await agent.deliver(world.message(executable, '192.0.2.1', 100));
    expect(agent.inForce()).toMatchObject([{ state: 'active' }]);
    await world.clock.advance(99_000);
    expect(world.machine.inForce()).toEqual([place]);
    await world.clock.advance(2000);
    expect(world.machine.inForce()).toEqual([]);
  });

  it('is refused where the endpoint guards its target', async () => {
    const world = new World();
    world.refuse = (targets) => (targets.includes('192.0.2.1') ? 'never_block: own address' : undefined);
    const agent = await world.start();
    const execution = await agent.deliver({ ...world.message(executable, '192.0.2.1', 5), origin: 'operator' });
    expect(execution).toMatchObject({ state: 'rejected', reason: 'never_block: own address' });
    expect(world.machine.inForce()).toEqual([]);
  });

  it('that comes too late is expired; a younger one lasts for the time that remains', async () => {
    const world = new World();
    const agent = await world.start();
    const message = world.message(executable, '192.0.2.1', 60);
    world.clock.pass(40_000);
    const late = { ...world.message(executable, '192.0.2.2', 60), decidedForMs: message.decidedForMs - 20_000 };
    expect(await agent.deliver(late)).toMatchObject({ state: 'expired' });
    expect(await agent.deliver(message)).toMatchObject({ state: 'active' });
    expect(world.machine.inForce()).toEqual([place]);
    await world.clock.advance(21_500);
    expect(world.machine.inForce()).toEqual([]);
  });

  it('is reverted by hand, by target', async () => {
    const world = new World();
    const agent = await world.start();
    await agent.deliver(world.message(executable, '192.0.2.1', 60));
    await agent.deliver(world.message(executable, '192.0.2.2', 60));
    expect(await agent.revert({ target: '192.0.2.1' })).toMatchObject([{ state: 'reverted', reason: 'by hand' }]);
    expect(world.machine.inForce()).toEqual([`${executable} 192.0.2.2`]);
  });

  it('climbs the ladder of repeated offenders, restarts included, and not while in force', async () => {
    const world = new World({ offenderMinutes: [1, 2] });
    let agent = await world.start();
    const granted: number[] = [];
    for (const _ of [1, 2, 3, 4]) {
      const execution = await agent.deliver(world.message(executable, '192.0.2.1', 10));
      await agent.deliver(world.message(executable, '192.0.2.1', 10));
      granted.push(execution.timeoutSeconds);
      await world.clock.advance(121_500);
      world.crash();
      agent = await world.start();
    }
    expect(granted).toEqual([10, 60, 120, 120]);
  });
});

describe('built-ins', () => {
  it('apply what comes at once in one batch', async () => {
    const world = new World();
    const agent = await world.start();
    const addresses = Array.from({ length: 200 }, (_, index) => `192.0.2.${index}`);
    await Promise.all(addresses.map((address) => agent.deliver(world.message('lift', address, 60))));
    expect(world.machine.inForce()).toHaveLength(200);
    expect(world.machine.calls.filter((call) => call.startsWith('apply'))).toHaveLength(1);
    await world.clock.advance(61_000);
    expect(world.machine.inForce()).toEqual([]);
  });

  it('write what a script would have written', async () => {
    const world = new World();
    const agent = await world.start();
    await agent.deliver(world.message('lift', '192.0.2.1', 5));
    await world.clock.advance(6000);
    await agent.stop({ lift: false });
    const texts = (world.disk.text(logPath) ?? '').split('\n').map((line) => line.replace(/^\S+ \S+ /, ''));
    expect(texts.map((text) => text.replace(/"version.*"command":"(\w+)".*/, '$1'))).toEqual([
      'active-response/bin/lift: Starting',
      'active-response/bin/lift: {add',
      'active-response/bin/lift: {check_keys',
      'active-response/bin/lift: {continue',
      'active-response/bin/lift: Ended',
      'active-response/bin/lift: Starting',
      'active-response/bin/lift: {delete',
      'active-response/bin/lift: Ended',
      '',
    ]);
  });

  it('reject an alert without a target', async () => {
    const world = new World();
    const agent = await world.start();
    const message = world.message('lift', 'x', 5);
    const execution = await agent.deliver({ ...message, alert: { ...message.alert, data: {} } });
    expect(execution).toMatchObject({ state: 'rejected' });
    expect(execution.reason).toContain('srcip');
  });

  it('fail where the machine refuses, and leave nothing', async () => {
    const world = new World();
    const agent = await world.start();
    world.machine.applyFails = true;
    const execution = await agent.deliver(world.message('keep', '192.0.2.1', 5));
    expect(execution).toMatchObject({ state: 'failed', reason: 'the model refuses' });
    expect(agent.inForce()).toEqual([]);
  });
});

describe('reconcile', () => {
  it('applies again what is missing, adopts what is unknown, repairs what has no timeout', async () => {
    const world = new World();
    const agent = await world.start();
    await agent.deliver(world.message('lift', '192.0.2.1', 60));
    await agent.deliver(world.message('lift', '192.0.2.2', 60));
    world.machine.elements.delete('lift 192.0.2.1');
    world.machine.elements.set('lift 192.0.2.2', { until: null });
    world.machine.elements.set('lift 192.0.2.3', { until: null });
    world.machine.elements.set('keep 192.0.2.4', { until: null });
    const { findings, inForce } = await agent.reconcile();
    expect(findings.map(({ kind }) => kind).sort()).toEqual(['adopted', 'adopted', 'applied_again', 'repaired']);
    expect(inForce).toBe(4);
    await world.clock.advance(61_000);
    expect(world.machine.inForce()).toEqual(['keep 192.0.2.4', 'lift 192.0.2.3']);
    await world.clock.advance(600_000);
    expect(world.machine.inForce()).toEqual([]);
    expect((await agent.reconcile()).findings).toEqual([]);
  });
});

describe('scripts', () => {
  it('that hang cost only their own executable', async () => {
    const world = new World({ runningPerExecutable: 2, runningInAll: 3 });
    const agent = await world.start();
    const waiting: (() => void)[] = [];
    world.machine.hanging.set('script-a', waiting);
    const hung = ['1', '2', '3', '4'].map((last) => agent.deliver(world.message('script-a', `192.0.2.${last}`, 60)));
    await world.settle();
    expect(waiting).toHaveLength(2);
    expect(await agent.deliver(world.message('script-b', '192.0.2.1', 60))).toMatchObject({ state: 'active' });
    expect(await agent.deliver(world.message('lift', '192.0.2.1', 60))).toMatchObject({ state: 'active' });
    world.machine.hanging.delete('script-a');
    for (const end of waiting) end();
    expect((await Promise.all(hung)).map(({ state }) => state)).toEqual(['active', 'active', 'active', 'active']);
  });

  it('at work when the agent crashes are ended, and their effect is taken back', async () => {
    const world = new World();
    world.machine.hanging.set('script', []);
    const agent = await world.start();
    void agent.deliver(world.message('script', '192.0.2.1', 600));
    await world.settle();
    expect(world.machine.inForce()).toEqual(['script 192.0.2.1']);
    world.crash();
    const second = world.createAgent();
    const told: Execution[] = [];
    second.onExecution((execution) => told.push(execution));
    const { findings } = await second.start();
    await world.settle();
    expect(findings.map(({ kind }) => kind)).toEqual(['run_ended', 'reverted']);
    expect(world.machine.inForce()).toEqual([]);
    expect(told.at(-1)).toMatchObject({ state: 'reverted' });
  });

  it('whose keys never came are taken back too, and their outcome is unknown', async () => {
    const world = new World();
    const agent = await world.start();
    // The key is never answered: the one before it hangs with the lock of the key.
    world.machine.hanging.set('script', []);
    void agent.deliver(world.message('script', '192.0.2.1', 600));
    void agent.deliver(world.message('script', '192.0.2.1', 600));
    await world.settle();
    world.crash();
    const { findings } = await world.createAgent().start();
    await world.settle();
    expect(findings.map(({ kind }) => kind)).toContain('outcome_unknown');
    expect(world.machine.calls.filter((call) => call.startsWith('delete'))).toHaveLength(2);
    expect(world.machine.inForce()).toEqual([]);
  });

  it('of timeout 0 are always continued and never taken back', async () => {
    const world = new World();
    const agent = await world.start();
    for (const _ of [1, 2]) {
      expect(await agent.deliver(world.message('script', '192.0.2.1', 0))).toMatchObject({ state: 'completed' });
    }
    expect(world.machine.calls.filter((call) => call.startsWith('continue'))).toHaveLength(2);
    expect(agent.inForce()).toEqual([]);
  });
});

describe('a thousand commands at once', () => {
  it('are all in force, each once, with far fewer flushes than commands', async () => {
    const world = new World();
    const agent = await world.start();
    const before = world.disk.flushes;
    const messages = Array.from({ length: 1000 }, (_, index) => world.message('lift', `2001:db8::${index}`, 600));
    await Promise.all(messages.map((message) => agent.deliver(message)));
    expect(agent.inForce()).toHaveLength(1000);
    expect(world.disk.flushes - before).toBeLessThan(100);
  }, 30_000);
});

describe('an agent', () => {
  it('refuses what nothing answers to, and what comes before its start', async () => {
    const world = new World();
    const agent = world.createAgent();
    expect(await agent.deliver(world.message('lift', '192.0.2.1', 5))).toMatchObject({ state: 'rejected' });
    await agent.start();
    const execution = await agent.deliver(world.message('nothing', '192.0.2.1', 5));
    expect(execution).toMatchObject({ state: 'rejected', reason: 'no script and no built-in is called nothing' });
  });

  it('reverts by id', async () => {
    const world = new World();
    const agent = await world.start();
    const { id } = await agent.deliver(world.message('lift', '192.0.2.1', 5));
    expect(await agent.revert({ id: 'other' as CommandId })).toEqual([]);
    expect(await agent.revert({ id })).toHaveLength(1);
  });
});
