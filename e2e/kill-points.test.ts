// kill -9 at the steps of a script's life, with and without the record of each in the journal: what semantics "Journal" promises then.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, recordingScript, type Service, until } from './support/service.ts';

const reason = reasonToSkip(['strace', 'nft', 'nsenter']);
const address = '203.0.113.9';
const settings = 'script_deadline_seconds: 600\n';

let machine: Machine;

beforeEach(() => {
  if (reason !== undefined) return;
  machine = new Machine();
});
afterEach(() => machine?.remove());

/**
 * The records of a life, in order: 1 intent, 2 started, 3 key, 4 outcome, 5 reverting, 6 started again, 7 reverted. Killed as it is about to write the n-th
 * (`write`: what came before is done, and the record of it is missing), or to flush it (`fdatasync`: the record is there, what it allows is not done).
 */
async function startToBeKilled(call: string, nth: number): Promise<Service> {
  const journal = join(machine.home, 'var/riposte/journal');
  const injection = `inject=${call}:signal=SIGKILL:when=${nth}`;
  return await machine.start({
    through: ['strace', '-f', '-o', '/dev/null', '-P', journal, '-e', `trace=${call}`, '-e', injection],
    // strace counts by thread.
    environment: { UV_THREADPOOL_SIZE: '1' },
  });
}

const outcome = async () => (await machine.history()).map(({ execution }) => execution?.state);

describe.skipIf(reason !== undefined)('a service killed with a script at work', () => {
  it.each([
    // The line is read again, and its command is new to the endpoint.
    ['write', 1, 'continue', ['add', 'continue'], 'active'],
    ['fdatasync', 1, 'nothing', [], 'failed'],
    // It was started and not told anything; nothing is there to be taken back.
    ['write', 2, 'nothing', ['nothing'], 'failed'],
    ['fdatasync', 2, 'nothing', ['nothing', 'delete'], 'reverted'],
    ['fdatasync', 3, 'a message', ['add', 'nothing', 'delete'], 'reverted'],
    ['write', 4, 'continue', ['add', 'continue', 'delete'], 'reverted'],
    ['fdatasync', 5, 'continue', ['add', 'continue', 'delete'], 'reverted'],
    ['write', 6, 'delete', ['add', 'continue', 'nothing', 'delete'], 'reverted'],
    // It was deleted and nobody knows: a revert is repeated rather than forgotten.
    ['write', 7, 'delete', ['add', 'continue', 'delete', 'delete'], 'reverted'],
  ] as const)('at %s %d, when it had been told %s', async (call, nth, _told, calls, state) => {
    machine.addScript('record', recordingScript());
    machine.configure([{ executable: 'record', rules: '5710', timeout: 600 }]);
    const first = await startToBeKilled(call, nth);
    machine.tryNobody(address);
    if (nth > 4) {
      await until('the response', async () => (await machine.list()).some((one) => one.state === 'active'));
      await machine.ask('revert', { subject: address }).catch(() => undefined);
    }
    await first.exited;
    await machine.start();
    await until('its last state', async () => (await outcome()).includes(state));
    expect(machine.calls().map((line) => line.split(' ')[0])).toEqual(calls);
    expect(await outcome()).toHaveLength(1);
  });

  it.each([
    ['before it has said what its keys are', { added: 'exec sleep 1000' }, ['add', 'delete']],
    ['after its continue', { continued: 'exec sleep 1000' }, ['add', 'continue', 'delete']],
  ])('that hangs %s has it ended, and delete run once', async (_when, parts, calls) => {
    machine.addScript('record', recordingScript(parts));
    machine.configure([{ executable: 'record', rules: '5710', timeout: 600 }], settings);
    const first = await machine.start();
    machine.tryNobody(address);
    await until('the hanging script', () => machine.calls().length === calls.length - 1);
    const [script] = childrenOf(first.pid);
    await first.end('SIGKILL');
    expect(isAlive(String(script))).toBe(true);
    const second = await machine.start();
    await until('its end', async () => (await outcome()).includes('reverted'));
    expect(second.output()).toContain(`run_ended: process group ${script}`);
    expect(isAlive(String(script))).toBe(false);
    await second.end('SIGKILL');
    const third = await machine.start();
    expect(third.output()).not.toContain('reconcile:');
    expect(machine.calls().map((line) => line.split(' ')[0])).toEqual(calls);
    expect(await outcome()).toHaveLength(1);
  });
});

/** Scripts only: the service's helpers are `nft`. */
function childrenOf(pid: number): readonly string[] {
  const { stdout } = spawnSync('ps', ['--no-headers', '-o', 'pid:1,comm', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => (line.endsWith(' sleep') ? [line.split(' ')[0] ?? ''] : []));
}

function isAlive(pid: string): boolean {
  const { stdout } = spawnSync('ps', ['--no-headers', '-o', 'stat', '-p', pid], { encoding: 'utf8' });
  return /^[^Z]/.test(stdout);
}
