// Lines that were written while the service was dead, and a rotation meanwhile: each is evaluated once, at its own time.
import { copyFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, nobodyLine, until } from './support/service.ts';

const reason = reasonToSkip(['nft']);
const [seen, slow, fast, late, fresh] = [1, 2, 3, 4, 5].map((last) => `203.0.113.${last}`) as [
  string,
  string,
  string,
  string,
  string,
];
const minute = 60_000;

let machine: Machine;

const rotations: Readonly<Record<string, () => void>> = {
  renamed: () => {
    renameSync(machine.log, `${machine.log}.1`);
    writeFileSync(machine.log, '');
  },
  'copied and emptied': () => {
    copyFileSync(machine.log, `${machine.log}.1`);
    truncateSync(machine.log);
  },
};

/** What a log has of the last quarter of an hour, oldest first. */
function backlog(now: number): readonly (readonly [number, () => void])[] {
  return [
    [now - 15 * minute, () => machine.addLines(nobodyLine(late, now - 15 * minute))] as const,
    // Eight typos in twelve minutes are not a brute force.
    ...[14, 12.5, 11, 9.5, 8, 6.5, 5, 3.5].map(
      (minutes) => [now - minutes * minute, () => machine.failPassword(slow, 1, now - minutes * minute)] as const,
    ),
    [now - 3 * minute, () => machine.failPassword(fast, 8, now - 3 * minute)] as const,
  ];
}

describe.skipIf(reason !== undefined)('a log written while the service was dead', () => {
  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => machine.remove());

  it.each(Object.keys(rotations))('and %s meanwhile is read once, at its own time', async (how) => {
    machine.configure([
      { executable: 'firewall-drop', rules: '5710', timeout: 600 },
      { executable: 'firewall-drop', rules: '5763', timeout: 600 },
    ]);
    const first = await machine.start();
    machine.tryNobody(seen);
    await until('the first block', () => machine.inKernel().length === 1);
    await machine.ask('store');
    await first.end('SIGKILL');
    for (const [, write] of backlog(Date.now())) write();
    rotations[how]?.();
    machine.tryNobody(fresh);

    const second = await machine.start();
    await until('the last block', () => machine.inKernel().includes(fresh));
    expect(machine.inKernel()).toEqual([seen, fast, fresh]);
    const left = machine.kernelTimes().get(fast) ?? 0;
    // Three of the ten minutes had passed already.
    expect(left).toBeLessThanOrEqual(421);
    expect(left).toBeGreaterThan(240);
    const outcomes = async (): Promise<string[]> =>
      (await machine.history()).map(
        ({ execution, decision }) =>
          `${execution?.target ?? decision?.target} ${execution?.state ?? decision?.outcome}`,
      );
    const expected = [`${seen} active`, `${fast} active`, `${late} expired`, `${fresh} active`];
    await until('the history', async () => (await outcomes()).filter((one) => !one.endsWith('accepted')).length === 4);
    expect((await outcomes()).sort()).toEqual(expected);
    await second.end('SIGKILL');
    await machine.start();
    machine.tryNobody('203.0.113.6');
    await until('one more', () => machine.inKernel().length === 4);
    await until('its record', async () => (await outcomes()).includes('203.0.113.6 active'));
    expect((await outcomes()).sort()).toEqual([...expected, '203.0.113.6 active']);
  });
});
