// Scripts that misbehave in a whole service cost only themselves: firewall-drop and other scripts go on meanwhile.
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, recordingScript, until } from './support/service.ts';

const reason = reasonToSkip(['nft', 'ps']);

let machine: Machine;

/** Command lines of processes in the service's namespace, but for the service. */
function processes(): string[] {
  const pids = machine.run('ip', 'netns', 'pids', machine.host.name).split('\n').filter(Boolean);
  const { stdout } = spawnSync('ps', ['--no-headers', '-o', 'stat:1,pid,args', '-p', pids.join()], {
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => /^[^Z].*(hang|sleep 98765)/.test(line));
}

const addressesFrom = (start: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `198.51.${Math.floor((start + at) / 250)}.${((start + at) % 250) + 1}`);

describe.skipIf(reason !== undefined)('a whole service', () => {
  beforeEach(() => {
    machine = new Machine();
    machine.addScript('record', recordingScript());
  });
  afterEach(() => machine.remove());

  it('lets others go on while one script hangs, and ends it with its children: TERM, then KILL', async () => {
    // Reads nothing, writes nothing, ignores TERM, and has a child that holds its pipes.
    machine.addScript('hang', `#!/bin/sh\ntrap 'echo term >>calls' TERM\nsleep 98765 &\nwhile :; do sleep 0.2; done\n`);
    machine.configure(
      ['hang', 'record', 'firewall-drop'].map((executable) => ({ executable, rules: '5710', timeout: 600 })),
      'script_deadline_seconds: 8\nmax_running_per_executable: 2\n',
    );
    const service = await machine.start();
    const wave = addressesFrom(0, 5);
    machine.tryNobody(...wave);
    const inForceOf = async (name: string): Promise<number> =>
      (await machine.list()).filter(({ executable, state }) => executable === name && state === 'active').length;
    await until(
      'the others',
      async () => (await inForceOf('firewall-drop')) === 5 && (await inForceOf('record')) === 5,
    );
    // Its own two slots are taken, and it is still there while the others have finished.
    const children = processes().filter((line) => line.endsWith('sleep 98765'));
    expect(children).toHaveLength(2);
    expect(service.output()).not.toContain('ended after its deadline');
    machine.tryNobody(...addressesFrom(5, 1));
    await until('another', async () => (await inForceOf('record')) === 6 && machine.inKernel().length === 6);
    const ended = (): number => service.output().split('ended after its deadline').length - 1;
    await until('the end of two', () => ended() >= 2);
    await until('the end of their children', () => !processes().some((line) => children.includes(line)));
    expect(machine.calls().filter((line) => line === 'term').length).toBeGreaterThanOrEqual(2);
    await until('the line in the log', () =>
      machine.lines('logs/active-responses.log').some((line) => line.includes('bin/hang: ended after its deadline')),
    );
    const record = async () => {
      const told = (await machine.history()).filter(({ execution }) => execution?.executable === 'hang');
      return told.flatMap(({ execution }) => execution?.runs ?? []).find(({ timedOut }) => timedOut);
    };
    await until('the record', async () => (await record()) !== undefined);
    expect(await record()).toMatchObject({ purpose: 'add', signal: 'SIGKILL', exitStatus: null, timedOut: true });
    await service.end('SIGKILL');
  });

  it('starts 200 scripts while firewall-drop goes on: all of them, each once', async () => {
    machine.configure(
      [
        { executable: 'record', rules: '5710', timeout: 600 },
        { executable: 'firewall-drop', rules: '5710', timeout: 600 },
      ],
      'max_running_per_executable: 64\n',
    );
    await machine.start();
    const wave = addressesFrom(0, 200);
    machine.tryNobody(...wave);
    // In order of completion: the kernel has the last address while scripts of the same lines still wait for their turn.
    await until('the last block', () => machine.inKernel().length === 200);
    const scriptsThen = machine.calls().filter((line) => line.startsWith('continue')).length;
    await until(
      'the scripts',
      async () => (await machine.list()).filter(({ state }) => state === 'active').length === 400,
    );
    expect(scriptsThen).toBeLessThan(200);
    const told = [...machine.calls()].sort();
    expect(told).toEqual([...wave.map((one) => `add ${one}`), ...wave.map((one) => `continue ${one}`)].sort());
    expect(machine.inKernel()).toEqual([...wave].sort());
  });
});
