// The whole service against a real kernel: killed in the middle of an attack, started twice, its firewall flushed, stopped.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Execution } from '../src/fleet/execution.ts';
import { createLab, type Lab, type Namespace, reasonToSkip } from './support/namespaces.ts';

const reason = reasonToSkip(['nft', 'ip']);
const program = resolve('bin/riposte');
const attacker = '203.0.113.9';

let folder: string;
let lab: Lab;
let host: Namespace;
let log: string;
const running = new Set<ChildProcess>();

function configure(timeoutSeconds: number): void {
  mkdirSync(join(folder, 'home/etc'), { recursive: true });
  writeFileSync(
    join(folder, 'home/etc/ossec.conf'),
    `<ossec_config>
  <command><name>firewall-drop</name><executable>firewall-drop</executable><timeout_allowed>yes</timeout_allowed></command>
  <active-response>
    <command>firewall-drop</command><location>local</location><rules_id>5763</rules_id><timeout>${timeoutSeconds}</timeout>
  </active-response>
  <localfile><log_format>syslog</log_format><location>${log}</location></localfile>
</ossec_config>`,
  );
}

function fail(times: number): void {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  const month = now.toLocaleString('en-US', { month: 'short' });
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':');
  const stamp = `${month} ${String(now.getDate()).padStart(2)} ${time}`;
  const line = `${stamp} host sshd[100]: Failed password for root from ${attacker} port 22000 ssh2\n`;
  appendFileSync(log, line.repeat(times));
}

function ask(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const [command, ...rest] = host.inside(process.execPath, program, ...words, '--home', join(folder, 'home'));
  return spawnSync(command, rest, { encoding: 'utf8' });
}

const list = (): Execution[] => JSON.parse(ask('list', '--json').stdout) as Execution[];

function addressesInKernel(): string[] {
  const [command, ...rest] = host.inside('nft', '-j', 'list', 'ruleset');
  return spawnSync(command, rest, { encoding: 'utf8' }).stdout.match(/203\.0\.113\.9/g) ?? [];
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`${what} did not happen within 20 s`);
    await new Promise((go) => setTimeout(go, 100));
  }
}

async function start(): Promise<ChildProcess> {
  const [command, ...rest] = host.inside(process.execPath, program, 'start', '--home', join(folder, 'home'));
  const child = spawn(command, rest, { stdio: 'ignore' });
  running.add(child);
  await until('ready', () => ask('status').stdout.startsWith('ready'));
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = new Promise<number | null>((go) => child.once('exit', (status) => go(status)));
  child.kill(signal);
  running.delete(child);
  return await ended;
}

describe.skipIf(reason !== undefined)('a service that is interrupted', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'riposte-crash-'));
    log = join(folder, 'auth.log');
    writeFileSync(log, '');
    lab = createLab();
    host = lab.add('host');
  });
  afterEach(async () => {
    for (const child of [...running]) await end(child, 'SIGKILL');
    lab.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('blocks once after kill -9 between failure 7 and 8, and keeps the block through kill -9, a flush and a stop', async () => {
    configure(600);
    const first = await start();
    fail(7);
    await until('the seven alerts', () => ask('status').stdout.includes('7 messages'));
    await new Promise((go) => setTimeout(go, 1500));
    await end(first, 'SIGKILL');
    fail(1);

    const second = await start();
    await until('the block', () => list().some(({ state }) => state === 'active'));
    expect(list()).toMatchObject([{ target: attacker, state: 'active', effect: 'effective' }]);
    const { expiresAtMs } = list()[0] as Execution;
    await end(second, 'SIGKILL');
    expect(list()).toMatchObject([{ target: attacker, state: 'active' }]);

    const third = await start();
    expect(list()).toHaveLength(1);
    expect(Math.abs(Number(list()[0]?.expiresAtMs) - Number(expiresAtMs))).toBeLessThan(1000);
    expect(ask('start')).toMatchObject({ status: 1, stderr: expect.stringContaining(`pid ${third.pid}`) });
    host.run('nft', 'flush', 'ruleset');
    expect(addressesInKernel()).toEqual([]);
    expect(ask('reconcile').stdout).toContain('applied_again');
    expect(addressesInKernel()).toHaveLength(1);

    expect(await end(third, 'SIGTERM')).toBe(0);
    expect(addressesInKernel()).toHaveLength(1);
    expect(ask('revert', attacker)).toMatchObject({ status: 0 });
    expect(addressesInKernel()).toEqual([]);
    expect(list()).toEqual([]);
  }, 120_000);

  it('has the kernel lift the block on time while it is dead, and knows it afterwards', async () => {
    configure(5);
    const first = await start();
    fail(8);
    await until('the block', () => addressesInKernel().length === 1);
    await end(first, 'SIGKILL');
    await until('the lifting by the kernel', () => addressesInKernel().length === 0);
    const second = await start();
    expect(list()).toEqual([]);
    const history = JSON.parse(ask('history', '--json').stdout) as { execution?: Execution }[];
    expect(history.map(({ execution }) => execution?.state)).toEqual(['reverted']);
    expect(await end(second, 'SIGTERM')).toBe(0);
  }, 120_000);

  it('keeps a block without timeout through kill -9, a stop and a flush while it is down, until it is reverted', async () => {
    configure(0);
    const first = await start();
    fail(8);
    await until('the block', () => list().some(({ state }) => state === 'active'));
    expect(list()).toMatchObject([{ target: attacker, expiresAtMs: null, timeoutSeconds: 0, effect: 'effective' }]);
    await end(first, 'SIGKILL');
    host.run('nft', 'flush', 'ruleset');

    const second = await start();
    expect(list()).toMatchObject([{ target: attacker, state: 'active', expiresAtMs: null }]);
    expect(host.run('nft', 'list', 'set', 'inet', 'riposte', 'addresses4')).toMatch(
      /203\.0\.113\.9 timeout 7d expires/,
    );
    expect(ask('reconcile').stdout).not.toContain('applied_again');
    expect(await end(second, 'SIGTERM')).toBe(0);
    expect(addressesInKernel()).toHaveLength(1);

    const third = await start();
    expect(ask('revert', attacker)).toMatchObject({ status: 0 });
    expect(list()).toEqual([]);
    expect(await end(third, 'SIGTERM')).toBe(0);
    expect(host.run('nft', 'list', 'tables')).toBe('');
  }, 120_000);
});
