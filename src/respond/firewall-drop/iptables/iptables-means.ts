// Drops by a rule of iptables for each address: for machines with neither nft nor ipset. The kernel lifts nothing by itself.
import { parseSource, type Source } from '../../address.ts';
import type { Application, Availability, Found, Host, Outcome, Verification } from '../../contract.ts';
import type { Family } from '../ipset/sets.ts';
import type { DropEvidence, DropMeans } from '../means.ts';
import { change, hasJump, isSound, layOut, listChain, removeLayout } from './chain.ts';

const families: readonly Family[] = [4, 6];
const missingJump = 'nothing leads to the chain of rules any more';

export function createIptablesMeans(): DropMeans {
  const used = new Set<Host>();
  return {
    probe,
    apply: (applications, host) => {
      used.add(host);
      return apply(applications, host);
    },
    verify,
    revert,
    async inventory(host) {
      const found: Found<Source, DropEvidence>[] = [];
      for (const family of families) {
        const sources = await listChain(host, family);
        const fault = sources === undefined || (await hasJump(host, family)) ? undefined : missingJump;
        for (const source of new Map((sources ?? []).map((each) => [each.text, each])).values()) {
          found.push({ target: source, evidence: { source: source.text }, remainingSeconds: null, fault });
        }
      }
      return found;
    },
    async close() {
      const hosts = [...used];
      used.clear();
      for (const host of hosts) await removeEmpty(host);
    },
  };
}

async function probe(host: Host): Promise<Availability> {
  const [ipv4, ipv6] = await Promise.all(families.map((family) => isSound(host, family)));
  if (ipv4 !== undefined) return { available: false, reason: ipv4 };
  const slow = 'each blocked address costs every packet a comparison: install nftables or ipset';
  const warnings = ipv6 === undefined ? [slow] : [slow, `IPv6 addresses cannot be dropped: ${ipv6}`];
  return { available: true, means: 'iptables', warnings };
}

async function apply(
  applications: readonly Application<Source>[],
  host: Host,
): Promise<readonly Outcome<DropEvidence>[]> {
  const failures = new Map<Family, string>();
  for (const family of families) {
    const mine = applications.map(({ target }) => target).filter((target) => target.family === family);
    const failure = mine.length === 0 ? undefined : await addMissing(host, family, mine);
    if (failure !== undefined) failures.set(family, failure);
  }
  return applications.map(({ target: { family, text } }) => {
    const error = failures.get(family);
    return error === undefined ? { ok: true, value: { source: text } } : { ok: false, error };
  });
}

async function addMissing(host: Host, family: Family, sources: readonly Source[]): Promise<string | undefined> {
  try {
    const failure = await layOut(host, family);
    if (failure !== undefined) return failure;
    const there = new Set((await listChain(host, family))?.map(({ text }) => text));
    const missing = new Map(sources.filter(({ text }) => !there.has(text)).map((source) => [source.text, source]));
    return await change(host, family, '-A', [...missing.values()]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function verify(targets: readonly Source[], host: Host): Promise<readonly Verification[]> {
  const there = new Map<Family, ReadonlySet<string>>();
  const jumps = new Map<Family, boolean>();
  for (const family of families) {
    if (!targets.some((target) => target.family === family)) continue;
    there.set(family, new Set((await listChain(host, family))?.map(({ text }) => text)));
    jumps.set(family, await hasJump(host, family));
  }
  return targets.map(({ family, text }) => {
    if (there.get(family)?.has(text) !== true) return { effect: 'absent' };
    return jumps.get(family) === true ? { effect: 'effective' } : { effect: 'absent', reason: missingJump };
  });
}

async function revert(evidence: readonly DropEvidence[], host: Host): Promise<readonly Outcome<null>[]> {
  const sources = evidence.map(({ source }) => parseSource(source));
  const failures = new Map<Family, string>();
  for (const family of families) {
    const mine = new Set(sources.flatMap((source) => (source?.family === family ? [source.text] : [])));
    if (mine.size === 0) continue;
    // Each as often as it is there: somebody may have added it once more.
    const present = (await listChain(host, family))?.filter(({ text }) => mine.has(text)) ?? [];
    const failure = await change(host, family, '-D', present);
    if (failure !== undefined) failures.set(family, failure);
  }
  return sources.map((source, at) => {
    if (source === undefined) return { ok: false, error: `not an address: ${JSON.stringify(evidence[at]?.source)}` };
    const error = failures.get(source.family);
    return error === undefined ? { ok: true, value: null } : { ok: false, error };
  });
}

async function removeEmpty(host: Host): Promise<void> {
  for (const family of families) {
    const sources = await listChain(host, family).catch(() => undefined);
    if (sources?.length === 0) await removeLayout(host, family);
  }
}
