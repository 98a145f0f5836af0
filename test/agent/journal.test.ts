import { describe, expect, it } from 'vitest';
import { decodeJournal, encodeRecord } from '../../src/agent/journal/records.ts';
import { journalPath, World } from './model/world.ts';

async function worldWithTwo(): Promise<World> {
  const world = new World();
  const agent = await world.start();
  await agent.deliver(world.message('script', '192.0.2.1', 60));
  await agent.deliver(world.message('script', '192.0.2.2', 60));
  await agent.stop({ lift: false });
  return world;
}

describe('the journal', () => {
  it('reads back what was written and nothing that was changed', () => {
    const line = encodeRecord({ type: 'offence', key: 'a\nb\u2028', count: 2 });
    expect(decodeJournal(new TextEncoder().encode(line)).records).toEqual([
      { type: 'offence', key: 'a\nb\u2028', count: 2 },
    ]);
    for (let index = 0; index < line.length - 1; index += 1) {
      const changed = `${line.slice(0, index)}${line[index] === 'x' ? 'y' : 'x'}${line.slice(index + 1)}`;
      expect(decodeJournal(new TextEncoder().encode(changed)).records).toEqual([]);
    }
  });

  it('cut anywhere gives what stands before the cut, and the rest is set aside', async () => {
    const whole = (await worldWithTwo()).disk.text(journalPath) ?? '';
    const ends = [...whole.matchAll(/\n/g)].map(({ index }) => index);
    for (let cut = 0; cut < whole.length; cut += 97) {
      const world = await worldWithTwo();
      world.disk.put(journalPath, whole.slice(0, cut));
      const agent = world.createAgent();
      const { findings } = await agent.start();
      const clean = cut === 0 || ends.includes(cut - 1) || ends.includes(cut);
      // An empty journal is told of, and there is nothing of it to set aside.
      expect(findings.some(({ kind }) => kind === 'journal_damaged')).toBe(!clean || cut === 0);
      expect(agent.troubles()).toHaveLength(findings.filter(({ kind }) => kind === 'journal_damaged').length);
      const aside = world.disk.paths().find((path) => path.includes('.damaged-'));
      expect(aside === undefined ? undefined : world.disk.text(aside)).toBe(clean ? undefined : whole.slice(0, cut));
      await agent.stop({ lift: false });
    }
  });

  it('damaged in the middle loses only the damaged lines', async () => {
    const world = await worldWithTwo();
    const lines = (world.disk.text(journalPath) ?? '').split('\n');
    const first = lines.findIndex((line) => line.includes('"intent"') && line.includes('192.0.2.1'));
    world.disk.put(
      journalPath,
      lines.map((line, index) => (index === first ? line.replace('script', 'skript') : line)).join('\n'),
    );
    const agent = world.createAgent();
    const { findings, inForce } = await agent.start();
    expect(inForce).toBe(1);
    expect(findings.every(({ kind }) => kind === 'journal_damaged')).toBe(true);
    expect(world.disk.text(findings[0]?.text.split(' kept in ')[1] ?? '')).toContain('skript');
  });

  it('that cannot be read is a clear error, and is left as it is', async () => {
    const world = await worldWithTwo();
    const before = world.disk.text(journalPath);
    world.disk.failAt = world.disk.operations + 2;
    world.disk.failCode = 'EACCES';
    const agent = world.createAgent();
    await expect(agent.start()).rejects.toThrow(`journal ${journalPath} cannot be read: EACCES`);
    expect(await agent.deliver(world.message('lift', '192.0.2.9', 5))).toMatchObject({ state: 'rejected' });
    await agent.stop({ lift: false });
    expect(world.disk.text(journalPath)).toBe(before);
  });

  it('that cannot be written is a clear error', async () => {
    const world = await worldWithTwo();
    world.disk.full = true;
    world.disk.failCode = 'EROFS';
    await expect(world.createAgent().start()).rejects.toThrow(`journal ${journalPath} cannot be written: EROFS`);
  });

  it.each(['keep', 'script'])(
    'on a full disk refuses %s with the reason, reverts on time, and recovers',
    async (executable) => {
      const world = new World();
      const agent = await world.start();
      await agent.deliver(world.message(executable, '192.0.2.1', 60));
      world.disk.full = true;
      const refused = await agent.deliver(world.message(executable, '192.0.2.2', 60));
      expect(refused.state).toBe('failed');
      expect(refused.reason).toContain('ENOSPC');
      expect(world.machine.inForce()).toEqual([`${executable} 192.0.2.1`]);
      await world.clock.advance(61_500);
      expect(world.machine.inForce()).toEqual([]);
      world.disk.full = false;
      expect(await agent.deliver(world.message(executable, '192.0.2.3', 60))).toMatchObject({ state: 'active' });
      world.crash();
      expect((await world.start()).inForce()).toMatchObject([{ target: '192.0.2.3' }]);
    },
  );

  it('on a full disk lets what the machine lifts itself go on, and has it when there is space again', async () => {
    const world = new World();
    const agent = await world.start();
    const found: string[] = [];
    agent.onFinding(({ kind }) => found.push(kind));
    world.disk.full = true;
    const states: string[] = [];
    for (const last of [1, 2, 2]) {
      states.push((await agent.deliver(world.message('lift', `192.0.2.${last}`, 60 + last))).state);
    }
    // The third made the second last longer.
    expect(states).toEqual(['active', 'active', 'completed']);
    expect(agent.inForce()).toMatchObject([
      { state: 'active', reason: expect.stringContaining('ENOSPC') },
      { state: 'active' },
    ]);
    expect(agent.troubles()).toEqual([expect.stringContaining('ENOSPC')]);
    world.disk.full = false;
    await agent.reconcile();
    expect(agent.troubles()).toEqual([]);
    expect(found).toEqual(['journal_failed', 'journal_restored']);
    world.crash();
    expect((await world.start()).inForce()).toHaveLength(2);
    await world.clock.advance(63_000);
    expect(world.machine.inForce()).toEqual([]);
  });

  it('on a full disk at the start still reverts', async () => {
    const world = await worldWithTwo();
    world.disk.full = true;
    world.clock.pass(100_000);
    const agent = world.createAgent();
    const { findings } = await agent.start();
    expect(findings.map(({ kind }) => kind)).toContain('failed');
    await world.clock.advance(1);
    expect(world.machine.inForce()).toEqual([]);
  });

  it('knows what was put into force while it was being flushed, when the process is killed then', async () => {
    const world = new World();
    const agent = await world.start();
    world.disk.whileFlushing = new Promise(() => undefined);
    for (const last of [1, 2, 3]) {
      void agent.deliver(world.message('lift', `192.0.2.${last}`, 60));
      await world.settle();
    }
    expect(world.machine.inForce()).toHaveLength(3);
    world.kill();
    world.disk.whileFlushing = undefined;
    const next = world.createAgent();
    const { findings } = await next.start();
    expect(findings.map(({ kind }) => kind)).not.toContain('adopted');
    expect(next.inForce()).toMatchObject([1, 2, 3].map((last) => ({ id: `command-${last}`, state: 'active' })));
  });

  it('that fails while it is being flushed keeps what was written beside that flush', async () => {
    const world = new World();
    const agent = await world.start();
    let endFlush = (): void => undefined;
    world.disk.whileFlushing = new Promise((go) => {
      endFlush = go;
    });
    void agent.deliver(world.message('lift', '192.0.2.1', 60));
    await world.settle();
    world.disk.failAt = world.disk.operations + 1;
    const second = agent.deliver(world.message('lift', '192.0.2.2', 60));
    await world.settle();
    world.disk.whileFlushing = undefined;
    endFlush();
    expect(await second).toMatchObject({ state: 'active' });
    await agent.stop({ lift: false });
    world.crash();
    expect((await world.start()).inForce()).toHaveLength(2);
  });

  it('shares flushes and is written anew when it has grown', async () => {
    const world = new World();
    const agent = await world.start();
    const flushes = world.disk.flushes;
    const send = (count: number, from: number): Promise<unknown> =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          agent.deliver(world.message('lift', `2001:db8::${from + index}`, 5)),
        ),
      );
    await send(1000, 0);
    expect(world.disk.flushes - flushes).toBeLessThan(20);
    for (let round = 1; round <= 5; round += 1) {
      await send(1000, round * 1000);
      await world.clock.advance(6000);
    }
    expect((world.disk.text(journalPath) ?? '').length).toBeLessThan(6_000_000);
    world.crash();
    expect((await world.start()).inForce()).toEqual([]);
  }, 30_000);
});
