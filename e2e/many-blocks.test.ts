// Five hundred attackers while the service is killed again and again: each is answered once, none is lost, none is held past its time.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, nobodyLine, type Service, stamp, until } from './support/service.ts';

const reason = reasonToSkip(['nft']);
const seed = Number(process.env.RIPOSTE_TEST_SEED ?? 20261124);
const [longSeconds, shortSeconds] = [600, 20] as const;
const kills = 4;

let machine: Machine;

beforeEach(() => {
  if (reason === undefined) machine = new Machine();
});
afterEach(() => machine?.remove());

const addressOf = (at: number): string => `198.51.${100 + Math.floor(at / 200)}.${(at % 200) + 1}`;
const isShort = (at: number): boolean => at % 2 === 1;
const all = Array.from({ length: 500 }, (_, at) => at);
const longOnes = all.filter((at) => !isShort(at)).map(addressOf);

/** Eight attempts make a brute force: rule 5763 where the account exists, 5712 where it does not. */
function attemptLine(at: number): string {
  if (isShort(at)) return nobodyLine(addressOf(at));
  return `${stamp(Date.now())} host sshd[100]: Failed password for root from ${addressOf(at)} port 22000 ssh2`;
}

/** Mulberry32: numbers from 0 to 1 that a seed repeats. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** All attempts, those of twenty addresses mixed with each other at a time. */
function* attempts(random: () => number): Generator<number> {
  for (let start = 0; start < all.length; start += 20) {
    const left = all.slice(start, start + 20).map((at) => ({ at, times: 8 }));
    while (left.length > 0) {
      const index = Math.floor(random() * left.length);
      const one = left[index];
      if (one === undefined) return;
      one.times -= 1;
      if (one.times === 0) left.splice(index, 1);
      yield one.at;
    }
  }
}

async function attackAndKill(random: () => number): Promise<Service> {
  let service = await machine.start();
  let chunk: number[] = [];
  const killAt = new Set(Array.from({ length: kills }, (_, at) => Math.floor((at + random()) * (100 / kills))));
  let starting: Promise<Service> | undefined;
  let chunks = 0;
  for (const at of attempts(random)) {
    chunk.push(at);
    if (chunk.length < 40) continue;
    machine.addLines(...chunk.map(attemptLine));
    chunk = [];
    // Lines keep coming in while it is dead and while it starts.
    await new Promise((go) => setTimeout(go, Math.floor(random() * 60)));
    if (killAt.has(chunks)) {
      service = await (starting ?? service);
      await service.end('SIGKILL');
      starting = machine.start();
    }
    chunks += 1;
  }
  machine.addLines(...chunk.map(attemptLine));
  return await (starting ?? service);
}

it.skipIf(reason !== undefined)('500 attackers and some kill -9: each is answered once and for its time', async () => {
  machine.configure([
    { executable: 'firewall-drop', rules: '5763', timeout: longSeconds },
    { executable: 'firewall-drop', rules: '5712', timeout: shortSeconds },
  ]);
  await attackAndKill(randomFrom(seed));
  const decided = async () => (await machine.history(5000)).filter(({ decision }) => decision !== undefined);
  await until('all decisions', async () => (await decided()).length >= all.length);
  await until('the end of the short ones', async () => (await machine.list()).length === longOnes.length);
  expect(await machine.inForce()).toEqual([...longOnes].sort());
  expect(machine.inKernel()).toEqual([...longOnes].sort());

  const entries = await machine.history(5000);
  expect(entries.map(({ execution, decision }) => execution?.target ?? decision?.target).sort()).toEqual(
    all.map(addressOf).sort(),
  );
  const kernel = machine.kernelTimes();
  for (const { decision, execution, states } of entries) {
    const address = execution?.target ?? decision?.target ?? '';
    const isLong = kernel.has(address);
    const names = states.map(({ state }) => state);
    // A revert that a kill interrupted is begun again.
    for (const once of ['active', 'reverted']) {
      expect(names.filter((name) => name === once).length, `${address} ${names}`).toBeLessThanOrEqual(1);
    }
    // One whose time had passed while nobody was there is not blocked any more.
    if (isLong) expect(names.at(-1)).toBe('active');
    else expect(['reverted', 'expired']).toContain(names.at(-1) ?? decision?.outcome);
    const end = Date.now() + (kernel.get(address) ?? 0) * 1000;
    expect(end - Number(decision?.decidedAtMs)).toBeLessThan(longSeconds * 1000 + 3000);
  }
  expect(entries.filter(({ execution }) => execution?.state === 'reverted').length).toBeGreaterThan(100);
});
