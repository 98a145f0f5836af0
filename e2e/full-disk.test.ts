// A disk that refuses: full, read-only, failing to flush. Nothing crashes, nothing is done that could not be taken back, nothing is forgotten.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../src/alert/alert.ts';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, recordingScript, until } from './support/service.ts';

const reason = reasonToSkip(['nft', 'nsenter', 'mount', 'strace']);
const both = [
  { executable: 'firewall-drop', rules: '5710', timeout: 600 },
  { executable: 'record', rules: '5710', timeout: 600 },
];
const [before, meanwhile, short, after] = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'] as const;

let machine: Machine;

/** `firewall-drop 203.0.113.1`, sorted. */
const inForce = async (): Promise<string[]> =>
  (await machine.list()).map(({ executable, target }) => `${executable} ${target}`).sort();

describe.skipIf(reason !== undefined)('a disk that refuses', () => {
  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => machine.remove());

  it('because it is full, stops scripts but neither firewall nor reverts, and is caught up with when there is space', async () => {
    await machine.useOwnMounts();
    machine.run('mount', '-t', 'tmpfs', '-o', 'size=4m', 'none', machine.home);
    // What the script notes is not on the full disk.
    writeFileSync(join(machine.folder, 'calls'), '');
    symlinkSync(join(machine.folder, 'calls'), machine.reach(join(machine.home, 'calls')));
    machine.addScript('record', recordingScript());
    machine.configure(both, 'reconcile_interval_seconds: 1\n');
    const first = await machine.start();
    machine.tryNobody(before);
    await until('two responses', async () => (await inForce()).length === 2 && machine.calls().length === 2);

    machine.run('sh', '-c', `dd if=/dev/zero of=${machine.home}/filler bs=4k 2>&1 || true`);
    machine.tryNobody(meanwhile);
    await until('the block', () => machine.inKernel().includes(meanwhile));
    await until('the refusal', () => /record600 on 000: failed: journal .* ENOSPC/.test(first.output()));
    expect(await inForce()).toEqual([`firewall-drop ${before}`, `firewall-drop ${meanwhile}`, `record ${before}`]);
    // Until the last page that the file of alerts has is full.
    machine.failPassword(after, 30);
    await until('three troubles', async () => (await machine.status()).troubles.length === 3);
    expect((await machine.status()).troubles).toEqual([
      expect.stringMatching(/^journal .* cannot be written: ENOSPC/),
      expect.stringMatching(/^history and read positions cannot be stored, trying again: .*full/),
      expect.stringMatching(/^alerts cannot be written, trying again: ENOSPC/),
    ]);
    expect(machine.command('status').stdout).toContain('trouble: journal');
    expect(first.output()).toContain('journal_failed');
    await machine.ask('block', { target: short, response: 'firewall-drop', timeoutSeconds: 2 });
    expect(machine.inKernel()).toContain(short);
    await until('its end', async () => !machine.inKernel().includes(short) && (await inForce()).length === 3);
    await machine.ask('revert', { subject: before });
    expect(machine.calls()).toEqual([`add ${before}`, `continue ${before}`, `delete ${before}`]);
    expect(await inForce()).toEqual([`firewall-drop ${meanwhile}`]);

    machine.run('rm', `${machine.home}/filler`);
    await until('the journal', () => first.output().includes('journal_restored'));
    machine.tryNobody(after);
    await until('all of it', async () => (await inForce()).length === 3 && machine.calls().length === 5);
    await until('no trouble', async () => (await machine.status()).troubles.length === 0);
    // A crash before the next checkpoint may write an alert a second time.
    await machine.ask('store');
    await first.end('SIGKILL');
    await machine.start();
    expect(await inForce()).toEqual([`firewall-drop ${meanwhile}`, `firewall-drop ${after}`, `record ${after}`]);
    expect(machine.inKernel()).toEqual([meanwhile, after]);
    const alerts = machine.lines('logs/alerts/alerts.json').map((line) => JSON.parse(line) as Alert);
    expect(alerts.length).toBeGreaterThan(32);
    expect(alerts.filter(({ rule }) => rule.id === '5710').map(({ data }) => data?.srcip)).toEqual([
      before,
      meanwhile,
      after,
    ]);
    const states = (await machine.history()).map(
      ({ execution }) => `${execution?.executable} ${execution?.target} ${execution?.state}`,
    );
    expect(states.sort()).toEqual([
      `firewall-drop ${before} reverted`,
      `firewall-drop ${meanwhile} active`,
      `firewall-drop ${short} reverted`,
      `firewall-drop ${after} active`,
      `record ${before} reverted`,
      `record ${after} active`,
      'record undefined failed',
    ]);
  });

  it('because it is read-only at the start, is a clear refusal; what is in force stays and is known later', async () => {
    await machine.useOwnMounts();
    const state = join(machine.home, 'var/riposte');
    mkdirSync(state, { recursive: true });
    machine.run('mount', '-t', 'tmpfs', 'none', state);
    machine.configure([{ executable: 'firewall-drop', rules: '5710', timeout: 600 }]);
    const first = await machine.start();
    machine.tryNobody(before);
    await until('the block', async () => (await machine.list()).some((one) => one.state === 'active'));
    await first.end('SIGTERM');
    machine.run('mount', '-o', 'remount,ro', state);
    const refused = await machine.start({ wait: false });
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toMatch(/^riposte: nothing is started: .*EROFS.*\/var\/riposte\//m);
    expect(refused.output()).not.toContain('    at ');
    machine.run('mount', '-o', 'remount,rw', state);
    await machine.start();
    expect(await inForce()).toEqual([`firewall-drop ${before}`]);
    expect(machine.inKernel()).toEqual([before]);
  });

  it('because the journal alone cannot be replaced at the start, is a clear refusal', async () => {
    await machine.useOwnMounts();
    const state = join(machine.home, 'var/riposte');
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, 'journal'), '');
    machine.configure([]);
    machine.run('mount', '--bind', join(state, 'journal'), join(state, 'journal'));
    machine.run('mount', '-o', 'remount,bind,ro', join(state, 'journal'));
    const refused = await machine.start({ wait: false });
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toMatch(/^riposte: nothing is started: journal .* cannot be written: EBUSY/m);
  });

  it('to flush what has been written, has the script told nothing, and the journal written anew', async () => {
    machine.addScript('record', recordingScript());
    machine.configure(both.slice(1));
    const journal = join(machine.home, 'var/riposte/journal');
    const injection = 'inject=fdatasync:error=EIO:when=2';
    const first = await machine.start({
      through: ['strace', '-f', '-o', '/dev/null', '-P', journal, '-e', 'trace=fdatasync', '-e', injection],
      environment: { UV_THREADPOOL_SIZE: '1' },
    });
    // The first flush is of its intent, the second, which fails, of its start.
    machine.tryNobody(before);
    await until('the refusal', () => /record600 on 000: rejected: .*EIO/.test(first.output()));
    const told = (): readonly string[] => machine.calls().filter((line) => line !== 'nothing');
    expect(told()).toEqual([]);
    machine.tryNobody(after);
    await until('the other', async () => (await machine.list()).some((one) => one.state === 'active'));
    await first.end('SIGKILL');
    await machine.start();
    expect(await inForce()).toEqual([`record ${after}`]);
    expect(told()).toEqual([`add ${after}`, `continue ${after}`]);
  });
});
