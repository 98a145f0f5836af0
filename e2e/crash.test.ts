// The whole service against a real kernel: killed in the middle of an attack, started twice, its firewall flushed, stopped.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Execution } from '../src/fleet/execution.ts';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, until } from './support/service.ts';

const reason = reasonToSkip(['nft']);
const attacker = '203.0.113.9';

let machine: Machine;

const configure = (timeout: number): void =>
  machine.configure([{ executable: 'firewall-drop', rules: '5763', timeout }]);
/** What is told while no service runs too. */
const list = (): Execution[] => JSON.parse(machine.command('list', '--json').stdout) as Execution[];

describe.skipIf(reason !== undefined)('a service that is interrupted', () => {
  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => machine.remove());

  it('blocks once after kill -9 between failure 7 and 8, and keeps the block through kill -9, a flush and a stop', async () => {
    configure(600);
    const first = await machine.start();
    machine.failPassword(attacker, 7);
    await until('the seven alerts', async () => (await machine.status()).counts.alerts === 7);
    await machine.ask('store');
    await first.end('SIGKILL');
    machine.failPassword(attacker, 1);

    const second = await machine.start();
    await until('the block', async () => (await machine.list()).some(({ state }) => state === 'active'));
    expect(list()).toMatchObject([{ target: attacker, state: 'active', effect: 'effective' }]);
    const { expiresAtMs } = list()[0] as Execution;
    await second.end('SIGKILL');
    expect(list()).toMatchObject([{ target: attacker, state: 'active' }]);

    const third = await machine.start();
    expect(list()).toHaveLength(1);
    expect(Math.abs(Number(list()[0]?.expiresAtMs) - Number(expiresAtMs))).toBeLessThan(1000);
    expect(machine.command('start')).toMatchObject({ status: 1, stderr: expect.stringContaining(`pid ${third.pid}`) });
    machine.run('nft', 'flush', 'ruleset');
    expect(machine.inKernel()).toEqual([]);
    expect(machine.command('reconcile').stdout).toContain('applied_again');
    expect(machine.inKernel()).toEqual([attacker]);

    expect(await third.end('SIGTERM')).toBe(0);
    expect(machine.inKernel()).toEqual([attacker]);
    expect(machine.command('revert', attacker)).toMatchObject({ status: 0 });
    expect(machine.inKernel()).toEqual([]);
    expect(list()).toEqual([]);
  });

  it.skipIf(reasonToSkip(['strace']) !== undefined)(
    'knows after kill -9 what it put into force while its journal was being flushed',
    async () => {
      configure(600);
      const slowly = ['-e', 'trace=fdatasync', '-e', 'inject=fdatasync:delay_enter=5000000'];
      const journal = ['-P', join(machine.home, 'var/riposte/journal')];
      const first = await machine.start({ through: ['strace', '-f', '-o', '/dev/null', ...journal, ...slowly] });
      const attackers = ['203.0.113.1', '203.0.113.2', '203.0.113.3'];
      for (const [index, address] of attackers.entries()) {
        machine.failPassword(address, 8);
        await until('the block', () => machine.inKernel().length === index + 1);
      }
      await first.end('SIGKILL');
      await machine.start();
      const executions = (await machine.history()).map(({ execution }) => execution);
      expect(executions.map((execution) => execution?.target).sort()).toEqual(attackers);
      expect(executions.map((execution) => execution?.origin)).toEqual(['rule', 'rule', 'rule']);
      expect(await machine.inForce()).toEqual(attackers);
    },
  );

  it('has its table before the first attacker comes where a response needs it, and takes it away', async () => {
    const tables = (): string => machine.run('nft', 'list', 'tables');
    configure(600);
    const first = await machine.start();
    expect(tables()).toContain('table inet riposte');
    expect(await first.end('SIGTERM')).toBe(0);
    expect(tables()).not.toContain('riposte');
    machine.configure([]);
    const second = await machine.start();
    expect(tables()).not.toContain('riposte');
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it('has the kernel lift the block on time while it is dead, and knows it afterwards', async () => {
    configure(5);
    const first = await machine.start();
    machine.failPassword(attacker, 8);
    await until('the block', () => machine.inKernel().length === 1);
    await first.end('SIGKILL');
    await until('the lifting by the kernel', () => machine.inKernel().length === 0);
    const second = await machine.start();
    expect(list()).toEqual([]);
    expect((await machine.history()).map(({ execution }) => execution?.state)).toEqual(['reverted']);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it('keeps a block without timeout through kill -9, a stop and a flush while it is down, until it is reverted', async () => {
    configure(0);
    const first = await machine.start();
    machine.failPassword(attacker, 8);
    await until('the block', () => list().some(({ state }) => state === 'active'));
    expect(list()).toMatchObject([{ target: attacker, expiresAtMs: null, timeoutSeconds: 0, effect: 'effective' }]);
    await first.end('SIGKILL');
    machine.run('nft', 'flush', 'ruleset');

    const second = await machine.start();
    expect(list()).toMatchObject([{ target: attacker, state: 'active', expiresAtMs: null }]);
    expect(machine.run('nft', 'list', 'set', 'inet', 'riposte', 'addresses4')).toMatch(
      /203\.0\.113\.9 timeout 7d expires/,
    );
    expect(machine.command('reconcile').stdout).not.toContain('applied_again');
    expect(await second.end('SIGTERM')).toBe(0);
    expect(machine.inKernel()).toHaveLength(1);

    const third = await machine.start();
    expect(machine.command('revert', attacker)).toMatchObject({ status: 0 });
    expect(list()).toEqual([]);
    expect(await third.end('SIGTERM')).toBe(0);
    expect(machine.run('nft', 'list', 'tables')).toBe('');
  });
});
