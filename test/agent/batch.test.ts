import { expect, it } from 'vitest';
import { Batch } from '../../src/agent/batch.ts';
import { World } from './model/world.ts';

it('takes what comes while it pauses, and while it works, in one go each', async () => {
  const batches: (readonly number[])[] = [];
  const pauses: (() => void)[] = [];
  const batch = new Batch<number, number>(
    async (items) => {
      batches.push(items);
      return items.map((value) => ({ ok: true, value }));
    },
    () => new Promise((resolve) => pauses.push(resolve)),
  );
  const first = [batch.add(1), batch.add(2)];
  await Promise.resolve();
  first.push(batch.add(3));
  expect([batches, pauses.length]).toEqual([[], 1]);
  pauses[0]?.();
  expect(await Promise.all(first)).toEqual([1, 2, 3].map((value) => ({ ok: true, value })));
  const later = batch.add(4);
  await Promise.resolve();
  pauses[1]?.();
  await later;
  expect(batches).toEqual([[1, 2, 3], [4]]);
});

/** A burst of `count` attackers, one in each turn of the event loop; every call of the machine is told. */
async function attack(count: number, msPerTurn: number): Promise<readonly string[]> {
  const world = new World();
  const agent = await world.start();
  world.machine.calls.length = 0;
  const delivered: Promise<unknown>[] = [];
  const next = (): void => {
    if (delivered.length < count)
      delivered.push(agent.deliver(world.message('lift', `192.0.2.${delivered.length}`, 600)));
  };
  world.turn = async () => {
    await world.clock.advance(msPerTurn);
    next();
    await new Promise(setImmediate);
  };
  next();
  while (delivered.length < count) {
    await new Promise(setImmediate);
    if (world.machine.calls.includes('verify lift')) next();
  }
  await Promise.all(delivered);
  await agent.stop({ lift: false });
  return world.machine.calls;
}

it('lets further blocks of a burst go before the look at what the first ones did', async () => {
  expect(await attack(5, 1)).toEqual([...Array(5).fill('apply lift 1'), 'verify lift']);
});

it('looks after half a second though the burst goes on', async () => {
  const calls = await attack(8, 100);
  expect(calls.indexOf('verify lift')).toBeGreaterThan(3);
  expect(calls.lastIndexOf('apply lift 1')).toBeGreaterThan(calls.indexOf('verify lift'));
});
