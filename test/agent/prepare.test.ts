// What is made ready before the first command.
import { describe, expect, it } from 'vitest';
import { World } from './model/world.ts';

describe('an endpoint that is to be ready', () => {
  it('makes each built-in ready once, and nothing where a script answers or nobody does', async () => {
    const world = new World();
    const agent = await world.start();
    world.machine.calls.length = 0;
    await agent.prepare(['lift', 'script', 'lift', 'unknown']);
    expect(world.machine.calls).toEqual(['prepare lift']);
    await agent.stop({ lift: false });
  });

  it('leaves it to the first command to say what is wrong', async () => {
    const world = new World();
    world.locateFails = true;
    const agent = await world.start();
    await agent.prepare(['lift']);
    expect(await agent.deliver(world.message('lift', '192.0.2.1', 60))).toMatchObject({
      state: 'failed',
      reason: 'the scripts folder cannot be read',
    });
    await agent.stop({ lift: false });
  });
});
