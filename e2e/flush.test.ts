// What a real service asks of the disk, and when, as strace sees it: nothing is done that is not in the journal first.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, recordingScript, until } from './support/service.ts';
import { type Call, readCalls } from './support/strace.ts';

const reason = reasonToSkip(['nft', 'strace']);
const address = '203.0.113.9';

let machine: Machine;

/** Line of the trace at which a record that holds all these words was on the disk. */
function flushedAt(calls: readonly Call[], ...words: readonly string[]): number {
  const write = find(calls, 'write', '/journal>', ...words);
  const flush = calls.find(({ name, text, begin }) => {
    return name === 'fdatasync' && text.includes('/journal>') && begin > write.end;
  });
  if (flush === undefined) throw new Error(`nothing is flushed after ${write.text}`);
  expect(flush.failed).toBe(false);
  return flush.end;
}

function find(calls: readonly Call[], name: string, ...words: readonly string[]): Call {
  const found = calls.find((call) => call.name === name && words.every((word) => call.text.includes(word)));
  if (found === undefined) throw new Error(`no ${name} with ${words.join(' and ')}`);
  return found;
}

/** The service's own words to a script: the line of a JSON message, written to a pipe. */
const told = (calls: readonly Call[], command: string): Call =>
  find(calls, 'write', '<pipe:', 'wazuh-execd', `\\"command\\":\\"${command}\\"`);

describe.skipIf(reason !== undefined)('a service under strace', () => {
  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => machine.remove());

  /** One response from its line in the log to its revert by hand. */
  async function trace(executable: string): Promise<readonly Call[]> {
    const file = join(machine.folder, 'trace');
    machine.addScript('record', recordingScript());
    machine.configure([{ executable, rules: '5710', timeout: 600 }]);
    const calls = 'trace=fdatasync,fsync,write,execve,rename,renameat,renameat2,unlink,unlinkat';
    const service = await machine.start({ through: ['strace', '-f', '-y', '-s', '4000', '-o', file, '-e', calls] });
    machine.tryNobody(address);
    await until('the response', async () => (await machine.list()).some(({ state }) => state === 'active'));
    await machine.ask('revert', { subject: address });
    expect(await service.end('SIGTERM')).toBe(0);
    return readCalls(readFileSync(file, 'utf8'));
  }

  it('has a script start, be told and go on only when that is on the disk', async () => {
    const calls = await trace('record');
    const [first, second] = calls.filter(
      ({ name, text }) => name === 'execve' && text.includes('"active-response/bin'),
    );
    expect(flushedAt(calls, '\\"intent\\"')).toBeLessThan(Number(first?.begin));
    expect(flushedAt(calls, '\\"started\\"')).toBeLessThan(told(calls, 'add').begin);
    expect(flushedAt(calls, '\\"key\\"', address)).toBeLessThan(told(calls, 'continue').begin);
    expect(flushedAt(calls, '\\"step\\":\\"reverting\\"')).toBeLessThan(Number(second?.begin));
    const restarted = flushedAt(calls, '\\"started\\"', '\\"reverting\\"');
    expect(restarted).toBeLessThan(told(calls, 'delete').begin);
    flushedAt(calls, '\\"seen\\"', '\\"reverted\\"');
  });

  it('has a block on the disk before it is told, and flushes beside it', async () => {
    const calls = await trace('firewall-drop');
    const [first] = calls.filter(({ name, text }) => name === 'write' && text.includes(`${address} active until`));
    expect(flushedAt(calls, '\\"intent\\"')).toBeLessThan(Number(first?.begin));
    expect(flushedAt(calls, '\\"outcome\\"', '\\"active\\"', address)).toBeLessThan(Number(first?.begin));
    flushedAt(calls, '\\"seen\\"', '\\"reverted\\"');
  });

  it('puts a new journal under its name only when it is on the disk, and adds to it only when the name is', async () => {
    const calls = await trace('firewall-drop');
    const flushed = find(calls, 'fdatasync', '/journal.new>');
    const named = calls.find(({ name, text }) => name.startsWith('rename') && text.includes('/journal.new"'));
    const later = calls.filter(({ begin }) => begin > Number(named?.end));
    const folder = find(later, 'fsync', '/var/riposte>');
    const added = find(calls, 'write', '/journal>');
    expect(find(calls, 'write', '/journal.new>').end).toBeLessThan(flushed.begin);
    expect(flushed.end).toBeLessThan(Number(named?.begin));
    expect(folder.end).toBeLessThan(added.begin);
  });
});
