// Drops by sets of ipset, each asked by a rule of iptables: for machines without nft.
import { parseSource, type Source } from '../../address.ts';
import type { Application, Availability, Found, Host, Outcome, Verification } from '../../contract.ts';
import { type DropEvidence, type DropMeans, kernelSeconds } from '../means.ts';
import { type Family, families, hasRule, isSound, layOut, removeLayout } from './layout.ts';
import { addLine, deleteLine, listElements, longestSeconds, restore, setNames, testElement } from './sets.ts';

/** More than that are looked up in a list of the whole set. */
const mostTests = 20;

export function createIpsetMeans(): DropMeans {
  const laidOut = new Map<Host, Set<Family>>();

  function familiesOf(host: Host): Set<Family> {
    const known = laidOut.get(host) ?? new Set<Family>();
    laidOut.set(host, known);
    return known;
  }

  async function prepareFamily(host: Host, family: Family): Promise<string | undefined> {
    if (familiesOf(host).has(family)) return undefined;
    const failure = await layOut(host, family);
    if (failure === undefined) familiesOf(host).add(family);
    return failure;
  }

  async function applyFamily(
    host: Host,
    family: Family,
    lines: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, string>> {
    const failure = await prepareFamily(host, family);
    if (failure !== undefined) return new Map([...lines.keys()].map((text) => [text, failure]));
    const failures = await restore(host, lines);
    if (failures.size === 0) return failures;
    // Somebody has taken the set away: once more, with a new one.
    familiesOf(host).delete(family);
    const again = await prepareFamily(host, family);
    const failed = new Map([...lines].filter(([text]) => failures.has(text)));
    return again === undefined ? restore(host, failed) : failures;
  }

  async function apply(
    applications: readonly Application<Source>[],
    host: Host,
  ): Promise<readonly Outcome<DropEvidence>[]> {
    const failures = new Map<string, string>();
    for (const family of families) {
      const mine = applications.filter(({ target }) => target.family === family);
      const lines = new Map(
        mine.map(({ target, remainingSeconds }) => [
          target.text,
          addLine(target, kernelSeconds(remainingSeconds, longestSeconds)),
        ]),
      );
      if (lines.size === 0) continue;
      for (const [text, failure] of await applyFamily(host, family, lines)) failures.set(text, failure);
    }
    return applications.map(({ target: { text } }) => {
      const error = failures.get(text);
      return error === undefined ? { ok: true, value: { source: text } } : { ok: false, error };
    });
  }

  async function revert(evidence: readonly DropEvidence[], host: Host): Promise<readonly Outcome<null>[]> {
    const sources = evidence.map(({ source }) => parseSource(source));
    const failures = new Map<string, string>();
    for (const family of families) {
      const mine = sources.filter((source) => source?.family === family) as Source[];
      if (mine.length === 0 || !(await isThere(host, family))) continue;
      const lines = new Map(mine.map((source) => [source.text, deleteLine(source)]));
      for (const [text, failure] of await restore(host, lines)) failures.set(text, failure);
    }
    return sources.map((source, at) => {
      if (source === undefined) return { ok: false, error: `not an address: ${JSON.stringify(evidence[at]?.source)}` };
      const error = failures.get(source.text);
      return error === undefined ? { ok: true, value: null } : { ok: false, error };
    });
  }

  return {
    probe,
    prepare: async (host) => {
      for (const family of families) await prepareFamily(host, family);
    },
    apply,
    verify: (targets, host) => verify(targets, host),
    revert,
    async inventory(host) {
      const found: Found<Source, DropEvidence>[] = [];
      for (const family of families) {
        const elements = await listElements(host, family);
        const fault = elements === undefined || (await hasRule(host, family)) ? undefined : missingRule;
        if (elements === undefined || fault !== undefined) familiesOf(host).delete(family);
        for (const { source, seconds } of elements ?? []) {
          found.push({ target: source, evidence: { source: source.text }, remainingSeconds: seconds, fault });
        }
      }
      return found;
    },
    async close() {
      const hosts = [...laidOut.keys()];
      laidOut.clear();
      for (const host of hosts) await removeEmpty(host);
    },
  };
}

const missingRule = 'the rule that drops by the set is missing';

async function probe(host: Host): Promise<Availability> {
  const failures = await Promise.all(families.map((family) => isSound(host, family)));
  const [ipv4, ipv6] = failures;
  if (ipv4 !== undefined) return { available: false, reason: ipv4 };
  const warnings = ipv6 === undefined ? [] : [`IPv6 addresses cannot be dropped: ${ipv6}`];
  return { available: true, means: 'ipset and iptables', warnings };
}

async function isThere(host: Host, family: Family): Promise<boolean> {
  return (await setNames(host)).has(family);
}

async function verify(targets: readonly Source[], host: Host): Promise<readonly Verification[]> {
  const rules = new Map<Family, boolean>();
  for (const family of families) {
    if (targets.some((target) => target.family === family)) rules.set(family, await hasRule(host, family));
  }
  const isIn = await lookUp(targets, host);
  return targets.map((target) => {
    if (!isIn(target)) return { effect: 'absent' };
    return rules.get(target.family) === true ? { effect: 'effective' } : { effect: 'absent', reason: missingRule };
  });
}

async function lookUp(targets: readonly Source[], host: Host): Promise<(target: Source) => boolean> {
  if (targets.length <= mostTests) {
    const found = await Promise.all(
      targets.map(async (target) => [target.text, await testElement(host, target)] as const),
    );
    const there = new Map(found);
    return ({ text }) => there.get(text) === true;
  }
  const lists = await Promise.all(families.map((family) => listElements(host, family)));
  const texts = new Set(lists.flatMap((list) => (list ?? []).map(({ source }) => source.text)));
  return ({ text }) => texts.has(text);
}

/** The next block makes it again, and who removes the program finds nothing of it. */
async function removeEmpty(host: Host): Promise<void> {
  for (const family of families) {
    const elements = await listElements(host, family).catch(() => undefined);
    if (elements?.length === 0) await removeLayout(host, family);
  }
}
