import { describe, expect, it } from 'vitest';
import type { Release } from '../../src/agent/locks.ts';
import { RunSlots } from '../../src/agent/slots.ts';

/** Asks for so many slots of an executable; `given` holds those that were given out. */
async function ask(slots: RunSlots, executable: string, count: number): Promise<{ given: Release[] }> {
  const given: Release[] = [];
  for (let n = 0; n < count; n += 1) void slots.acquire(executable).then((release) => given.push(release));
  await turn();
  return { given };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('slots', () => {
  it('are given out up to each limit, and again when they come back', async () => {
    const slots = new RunSlots(2, 3);
    const first = await ask(slots, 'a', 3);
    const second = await ask(slots, 'b', 2);
    expect([first.given.length, second.given.length]).toEqual([2, 1]);
    first.given[0]?.();
    await turn();
    // The one that came back goes to whoever has waited longest for a place in the whole.
    expect([first.given.length, second.given.length]).toEqual([2, 2]);
  });

  it('are more at once when the limits grow', async () => {
    const slots = new RunSlots(1, 1);
    const { given } = await ask(slots, 'a', 3);
    expect(given).toHaveLength(1);
    slots.resize(3, 2);
    await turn();
    expect(given).toHaveLength(2);
  });

  it('are fewer when the limits shrink, once those that run have ended', async () => {
    const slots = new RunSlots(3, 3);
    const { given } = await ask(slots, 'a', 4);
    expect(given).toHaveLength(3);
    slots.resize(1, 1);
    given[0]?.();
    given[1]?.();
    await turn();
    expect(given).toHaveLength(3);
    given[2]?.();
    await turn();
    expect(given).toHaveLength(4);
  });
});
