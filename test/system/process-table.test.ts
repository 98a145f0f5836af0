import { expect, it } from 'vitest';
import { systemClock } from '../../src/system/clock.ts';
import { launch } from '../../src/system/launch.ts';
import {
  createProcessTable,
  identify,
  isSame,
  membersOf,
  parseStat,
  readBootId,
} from '../../src/system/process-table.ts';
import { parseSyscall } from '../../src/system/process-table-input.ts';

const table = createProcessTable(systemClock);
const env = { PATH: '/usr/bin:/bin' };

function startShell(script: string): ReturnType<typeof launch> {
  return launch({ path: '/bin/sh', argv: ['sh', '-c', script], env, cwd: '/' });
}

function identityOf(pid: number): NonNullable<ReturnType<typeof identify>> {
  const identity = identify(pid);
  if (identity === undefined) throw new Error(`no process ${pid}`);
  return identity;
}

it('reads fields after a name with brackets and blanks', () => {
  const text = '42 (a) b (c) S 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 1000 10';
  expect(parseStat(text)).toEqual({ state: 'S', parent: 1, group: 42, session: 42, startTime: 98765 });
  expect(parseStat('')).toBeUndefined();
});

it('reads what a process sleeps in', () => {
  expect(parseSyscall('0 0x3 0x7ffd 0x1 0x0 0x0 0x0 0x7ffd 0x7f00\n')).toEqual({ number: 0, firstArgument: 3 });
  expect(parseSyscall('running\n')).toBeUndefined();
});

it('knows a process by pid, start time and boot', async () => {
  const self = identityOf(process.pid);
  expect(self.bootId).toBe(readBootId());
  expect(isSame(self)).toBe(true);
  expect(isSame({ ...self, startTime: self.startTime - 1 })).toBe(false);
  expect(isSame({ ...self, bootId: 'another' })).toBe(false);
  expect(await table.isAlive(self)).toBe(true);
});

it('ends a group, also one that ignores TERM', async () => {
  for (const script of ['sleep 300 & sleep 300', 'trap "" TERM; echo; while :; do sleep 0.05; done']) {
    const process = startShell(script);
    const identity = identityOf(process.pid);
    if (script.includes('trap')) await new Promise((resolve) => process.stdout.once('data', resolve));
    await table.endGroup(identity);
    expect(membersOf(identity.pid)).toEqual([]);
    expect(await table.isAlive(identity)).toBe(false);
    process.dispose();
  }
}, 10_000);

it('ends what a dead leader left behind', async () => {
  const process = startShell('sleep 300 & exit 0');
  const identity = identityOf(process.pid);
  await process.exited;
  expect(membersOf(identity.pid)).toHaveLength(1);
  expect(await table.isAlive(identity)).toBe(true);
  await table.endGroup(identity);
  expect(membersOf(identity.pid)).toEqual([]);
  process.dispose();
});

it('leaves a process alone that only has the same number', async () => {
  const process = startShell('sleep 300');
  const identity = identityOf(process.pid);
  await table.endGroup({ ...identity, startTime: identity.startTime - 1 });
  await table.endGroup({ ...identity, bootId: 'another' });
  expect(isSame(identity)).toBe(true);
  process.dispose();
  await process.exited;
});
