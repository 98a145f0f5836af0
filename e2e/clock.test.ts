// Somebody sets the clock of a host: a day back, a day forward, to 1970; while the service runs, while it is dead, across a boot.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFaketime, underClock } from './support/faketime.ts';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, recordingScript, type Service, until } from './support/service.ts';

const library = findFaketime();
const reason = reasonToSkip(['nft', 'nsenter', 'mount']) ?? (library === undefined ? 'needs libfaketime' : undefined);
if (library === undefined) console.warn('e2e/clock: skipped, libfaketime is not installed');

const [long, atThatTime] = ['203.0.113.1', '203.0.113.2'] as const;
const seconds = 600;
const day = 86_400_000;

let machine: Machine;

/** `+1d`, `-1d`, `+0`, or `@1970-01-01 00:05:00`: the time that the service takes it to be from now on. */
function setClock(time: string): void {
  writeFileSync(join(machine.folder, 'clock'), `${time}\n`);
}

/** The wall clock alone is another; what counts from the boot, and the kernel's own timeouts, go on. */
function start(): Promise<Service> {
  return machine.start({ through: underClock(library ?? '', join(machine.folder, 'clock')) });
}

const inForce = async (): Promise<string[]> =>
  (await machine.list()).map(({ executable, target, state }) => `${executable} ${target} ${state}`).sort();

const lasting = [`firewall-drop ${long} active`, `record ${long} active`];

/** Not lifted, by nobody, and not for longer than it may be. */
async function expectStill(targets: readonly string[], what: string): Promise<void> {
  await machine.ask('reconcile');
  expect(await inForce(), what).toEqual(targets);
  for (const [address, left] of machine.kernelTimes()) {
    expect(left, `${address} ${what}`).toBeGreaterThan(seconds - 200);
    expect(left, `${address} ${what}`).toBeLessThanOrEqual(seconds);
  }
  expect(machine.inKernel(), what).toHaveLength(targets.filter((one) => one.startsWith('firewall')).length);
}

/** What is asked for now is lifted in its time, whatever the clock has shown meanwhile. */
async function expectLifted(set: () => void): Promise<void> {
  for (const response of ['firewall-drop', 'record']) {
    await machine.ask('block', { target: atThatTime, response, timeoutSeconds: 3 });
  }
  expect(await inForce()).toHaveLength(lasting.length + 2);
  set();
  await until('its end', async () => (await inForce()).length === lasting.length && machine.inKernel().length === 1);
}

describe.skipIf(reason !== undefined)('the clock of a host', () => {
  beforeEach(async () => {
    machine = new Machine();
    await machine.useOwnMounts();
    machine.addScript('record', recordingScript());
    machine.configure([
      { executable: 'firewall-drop', rules: '5710', timeout: seconds },
      { executable: 'record', rules: '5710', timeout: seconds },
    ]);
  });
  afterEach(() => machine.remove());

  async function block(address: string, all: readonly string[]): Promise<void> {
    machine.tryNobody(address);
    await until('the responses', async () => (await inForce()).join() === [...all].sort().join());
  }

  it('set while it runs, and while it is dead, lifts nothing early and holds nothing longer', async () => {
    setClock('+0');
    const first = await start();
    await block(long, lasting);
    setClock('-1d');
    await until('the other time', async () => Math.abs((await shownEnd()) - Date.now() + day) < day / 2);
    await expectStill(lasting, 'a day back');
    await expectLifted(() => setClock('+1d'));
    await expectStill(lasting, 'a day forward');
    await expectLifted(() => setClock('-1d'));
    await first.end('SIGKILL');
    setClock('+2d');
    const second = await start();
    await expectStill(lasting, 'three days later by the clock, after a kill');
    await second.end('SIGTERM');
    setClock('@1970-01-01 00:05:00');
    await start();
    await expectStill(lasting, 'in 1970, after a stop');
    await expectLifted(() => setClock('+0'));
    await expectStill(lasting, 'now again');
    expect(machine.calls().filter((line) => line === `delete ${long}`)).toEqual([]);
  });

  it('wrong at a boot holds nothing for longer than its time, and is put right without lifting anything', async () => {
    const boot = async (id: string, time: string): Promise<Service> => {
      machine.run('nft', 'flush', 'ruleset');
      const file = join(machine.folder, `boot-${id}`);
      writeFileSync(file, `00000000-0000-0000-0000-00000000000${id}\n`);
      machine.run('mount', '--bind', file, '/proc/sys/kernel/random/boot_id');
      setClock(time);
      return await start();
    };
    const first = await boot('1', '+0');
    await block(long, lasting);
    await first.end('SIGKILL');
    const second = await boot('2', '@1970-01-01 00:05:00');
    await expectStill(lasting, 'a first boot in 1970');
    setClock('+0');
    await expectStill(lasting, 'when the time is known');
    await second.end('SIGKILL');
    const third = await boot('3', '-1d');
    await expectStill(lasting, 'a boot a day too early');
    await third.end('SIGKILL');
    // By all that can be known its time is over.
    await boot('4', '+2d');
    await until('the end of all', async () => (await inForce()).length === 0);
    expect(machine.inKernel()).toEqual([]);
    expect(machine.calls()).toEqual([`add ${long}`, `continue ${long}`, `delete ${long}`]);
  });

  /** When the first is shown to end, by the service's clock. */
  async function shownEnd(): Promise<number> {
    return Number((await machine.list())[0]?.expiresAtMs);
  }
});
