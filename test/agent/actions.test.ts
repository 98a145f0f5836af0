// Built-ins that do something once: written down before, never repeated, and never in force.
import { describe, expect, it } from 'vitest';
import type { ActionRequest } from '../../src/respond/contract.ts';
import { logPath, World } from './model/world.ts';

describe('an action', () => {
  it('is done once, with what it needs, and is then over', async () => {
    const world = new World();
    const requests: ActionRequest[] = [];
    world.act = async (request) => {
      requests.push(request);
      return { ok: true, value: 'told somebody' };
    };
    const agent = await world.start();
    const message = { ...world.message('once', '192.0.2.1', 600), extraArgs: ['secret'] };
    expect(await agent.deliver(message)).toMatchObject({
      state: 'completed',
      reason: 'told somebody',
      program: 'built-in',
      expiresAtMs: null,
    });
    expect(requests).toEqual([{ alert: message.alert, extraArgs: ['secret'], timeoutMs: expect.any(Number) }]);
    expect(agent.inForce()).toEqual([]);
    expect(await agent.deliver(message)).toMatchObject({ state: 'completed' });
    expect(requests).toHaveLength(1);
    await agent.stop({ lift: true });
    const log = world.disk.text(logPath);
    expect(log).toContain('active-response/bin/once: Starting');
    expect(log).not.toContain('secret');
  });

  it('that fails says why', async () => {
    const world = new World();
    world.act = async () => ({ ok: false, error: 'nobody answers' });
    const agent = await world.start();
    expect(await agent.deliver(world.message('once', '192.0.2.1', 0))).toMatchObject({
      state: 'failed',
      reason: 'nobody answers',
    });
    await agent.stop({ lift: false });
  });

  it('is in the journal before it is done; after a crash it is not done again, and told as not known', async () => {
    const world = new World();
    let count = 0;
    world.act = () => {
      count += 1;
      return new Promise(() => undefined);
    };
    const first = await world.start();
    const message = world.message('once', '192.0.2.1', 0);
    void first.deliver(message);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((go) => setImmediate(go));
    expect(count).toBe(1);
    world.crash();
    const second = await world.start();
    expect(await second.deliver(message)).toMatchObject({
      state: 'failed',
      reason: 'the agent ended while it ran: whether it was done is not known',
    });
    expect(count).toBe(1);
    await second.stop({ lift: false });
  });

  it('runs so many at once, and is not done where it waited too long', async () => {
    const world = new World({ runningPerExecutable: 1 });
    const ends: (() => void)[] = [];
    world.act = () => new Promise((resolve) => ends.push(() => resolve({ ok: true, value: 'done' })));
    const agent = await world.start();
    const [first, second] = [1, 2].map(() => agent.deliver(world.message('once', '192.0.2.1', 0)));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((go) => setImmediate(go));
    expect(ends).toHaveLength(1);
    world.clock.pass(700_000);
    ends[0]?.();
    expect(await first).toMatchObject({ state: 'completed' });
    expect(await second).toMatchObject({ state: 'expired', reason: 'it waited for others for too long' });
    await agent.stop({ lift: false });
  });
});
