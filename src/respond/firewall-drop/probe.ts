// Whether firewall-drop can work on a machine, and what there would pass it by.
import type { Availability, Host } from '../contract.ts';
import { layoutStatements } from './nft-layout.ts';
import { checkStatements, listJson } from './nft-run.ts';

/** Changes nothing: the kernel is asked whether it would take our table. */
export async function probeNftables(host: Host): Promise<Availability> {
  const failure = await checkStatements(host, layoutStatements());
  if (failure !== undefined) return { available: false, reason: failure.error };
  const warnings = await Promise.all([warnOfKernel(host), warnOfFlowtables(host), warnOfLinks(host)]);
  return { available: true, means: 'nftables', warnings: warnings.flat() };
}

async function warnOfKernel(host: Host): Promise<string[]> {
  const release = (await host.readFile('/proc/sys/kernel/osrelease')) ?? '';
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  if (major === undefined || minor === undefined) return [];
  const supported = Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 10);
  return supported ? [] : [`Linux ${release.trim()} is older than 5.10, the oldest that is supported`];
}

async function warnOfFlowtables(host: Host): Promise<string[]> {
  const listing = await listJson(host, ['flowtables']);
  if (!listing.ok || !JSON.stringify(listing.value).includes('"flowtable":')) return [];
  return ['a flowtable is in use: forwarded connections that it already carries are not stopped'];
}

async function warnOfLinks(host: Host): Promise<string[]> {
  const result = await host.run(['ip', '-j', '-d', 'link', 'show'], { timeoutMs: 5000 });
  if (result.status !== 0) return [];
  const kinds = new Set([...result.stdout.matchAll(/"info_kind":\s*"([a-z0-9]+)"/g)].map((found) => found[1]));
  const warnings: string[] = [];
  if (kinds.has('macvlan') || kinds.has('macvtap') || kinds.has('ipvlan')) {
    warnings.push('macvlan or ipvlan interfaces: what containers or guests receive over them is not seen here');
  }
  if (kinds.has('bridge') && !(await bridgesAreFiltered(host))) {
    warnings.push('a bridge without netfilter: what it passes between its ports is not stopped (routed traffic is)');
  }
  return warnings;
}

async function bridgesAreFiltered(host: Host): Promise<boolean> {
  const value = await host.readFile('/proc/sys/net/bridge/bridge-nf-call-iptables');
  return value?.trim() === '1';
}
