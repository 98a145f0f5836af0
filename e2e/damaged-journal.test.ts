// A journal that was cut or damaged: what can be read is used, the rest is kept and told of, and what the kernel still drops is adopted.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, defaultAgentSettings } from '../src/agent/agent.ts';
import { createAgent } from '../src/agent/create-agent.ts';
import type { CommandId, CommandMessage } from '../src/fleet/command.ts';
import { createFirewallDrop } from '../src/respond/firewall-drop/firewall-drop.ts';
import { eventLoopTurn, systemClock } from '../src/system/clock.ts';
import { systemFiles } from '../src/system/files.ts';
import { alertWith } from '../test/respond/alerts.ts';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, until } from './support/service.ts';

const reason = reasonToSkip(['nft']);
const addresses = ['203.0.113.1', '203.0.113.2', '203.0.113.3'] as const;

let machine: Machine;

describe.skipIf(reason !== undefined)('a damaged journal', () => {
  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => machine.remove());

  const damagedFiles = (folder: string): string[] =>
    readdirSync(folder)
      .filter((name) => name.includes('.damaged-'))
      .map((name) => join(folder, name));

  it('of a service is used as far as it goes, kept as it was found, and told of', async () => {
    machine.configure([{ executable: 'firewall-drop', rules: '5710', timeout: 600 }]);
    let service = await machine.start();
    machine.tryNobody(...addresses);
    await until('the blocks', async () => (await machine.list()).filter((one) => one.state === 'active').length === 3);
    const folder = join(machine.home, 'var/riposte');
    const journal = join(folder, 'journal');
    for (const [kind, damage] of Object.entries(damages)) {
      await service.end('SIGKILL');
      const whole = readFileSync(journal);
      const damaged = damage(whole);
      writeFileSync(journal, damaged);
      for (const path of damagedFiles(folder)) rmSync(path);
      service = await machine.start();
      expect(await machine.inForce(), kind).toEqual(addresses);
      expect(machine.inKernel(), kind).toEqual(addresses);
      expect(service.output(), kind).toContain('reconcile: journal_damaged');
      expect((await machine.status()).troubles.join(), kind).toMatch(/journal are damaged and lost|lost its beginning/);
      expect(machine.command('status').stdout, kind).toContain('trouble: ');
      const kept = damagedFiles(folder).map((path) => readFileSync(path).equals(damaged));
      expect(kept, kind).toEqual(damaged.length === 0 ? [] : [true]);
    }
    // What was lost has been adopted, and is lifted by hand as before.
    expect(service.output()).toContain('adopted: firewall-drop 203.0.113.');
    await machine.ask('revert', { all: true });
    expect(machine.inKernel()).toEqual([]);
  });

  it('cut at every record and inside each gives an agent that knows what the kernel drops', async () => {
    const journalPath = join(machine.folder, 'state/journal');
    const start = async (): Promise<Agent> => {
      const agent = createAgentOf(journalPath);
      await agent.start();
      return agent;
    };
    const first = await start();
    for (const address of addresses) await first.deliver(command(address, 600));
    await first.deliver(command(addresses[1], 900));
    await first.revert({ target: addresses[2] });
    await first.stop({ lift: false });
    const whole = readFileSync(journalPath);
    const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []));
    const cuts = [0, ...ends, ...ends.flatMap((end, at) => [end - 1, end - 40, (ends[at - 1] ?? 0) + 4])];
    expect(cuts.length).toBeGreaterThan(20);
    for (const cut of cuts) {
      writeFileSync(journalPath, whole.subarray(0, cut));
      for (const path of damagedFiles(join(machine.folder, 'state'))) rmSync(path);
      const agent = await start();
      // What was being reverted is, in the background.
      await until('rest', () => agent.inForce().every(({ state }) => state === 'active'));
      const known = agent.inForce().map(({ target }) => target ?? '');
      expect(known.sort(), `cut at ${cut}`).toEqual(machine.inKernel());
      expect(known, `cut at ${cut}`).toEqual(expect.arrayContaining([addresses[0], addresses[1]]));
      // A line without its end is whole all the same; a journal of no bytes has nothing to keep.
      const torn = !ends.includes(cut) && !ends.includes(cut + 1) && cut > 0;
      const kept = damagedFiles(join(machine.folder, 'state')).map((path) => readFileSync(path));
      expect(kept, `cut at ${cut}`).toEqual(torn ? [whole.subarray(0, cut)] : []);
      expect(agent.troubles().length > 0, `cut at ${cut}`).toBe(torn || cut === 0);
      await agent.revert({ target: addresses[2] });
      await agent.stop({ lift: false });
    }
  });

  function createAgentOf(journalPath: string): Agent {
    return createAgent({
      settings: {
        ...defaultAgentSettings,
        agentId: '000',
        nodeName: 'host',
        journalPath,
        logPath: join(machine.folder, 'log'),
      },
      clock: systemClock,
      turn: eventLoopTurn,
      bootId: 'boot',
      files: systemFiles,
      host: machine.host.host(),
      builtIns: [createFirewallDrop()],
      actions: [],
      locateScript: async () => ({ kind: 'none' }),
      scripts: { run: async () => ({ outcome: 'refused', reason: 'none' }) },
      processes: { isAlive: async () => false, endGroup: async () => undefined },
      refuse: () => undefined,
    });
  }
});

const damages: Readonly<Record<string, (whole: Buffer) => Buffer>> = {
  'a flipped bit': (whole) => {
    const copy = Buffer.from(whole);
    const middle = Math.floor(copy.length / 2);
    copy[middle] = (copy[middle] ?? 0) ^ 1;
    return copy;
  },
  'garbage at the end': (whole) => Buffer.concat([whole, Buffer.from([0xff, 0xfe, 0x80, 0x31, 0x0a, 0x22])]),
  'NUL bytes where the power failed': (whole) =>
    Buffer.concat([whole.subarray(0, Math.floor(whole.length / 3)), Buffer.alloc(4096)]),
  'nothing in it': () => Buffer.alloc(0),
};

let counter = 0;

function command(srcip: string, timeoutSeconds: number): CommandMessage {
  counter += 1;
  const now = Date.now();
  return {
    id: `command-${counter}` as CommandId,
    response: `firewall-drop${timeoutSeconds}`,
    executable: 'firewall-drop',
    extraArgs: [],
    timeoutSeconds,
    decidedForMs: now,
    deadlineMs: now + 60_000,
    origin: 'rule',
    alert: alertWith({ srcip }),
  };
}
