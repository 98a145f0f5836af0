// firewall-drop on Linux: drops every packet from an address, by nftables, where there is no nft by ipset and iptables, and where there is no ipset by iptables alone.
import { invalidSourceText, parseSource, type Source, sourceOfAlert } from '../address.ts';
import { type Availability, type BuiltInResponse, type Host, InvalidTarget } from '../contract.ts';
import { createIpsetMeans } from './ipset/ipset-means.ts';
import { longestSeconds } from './ipset/sets.ts';
import { createIptablesMeans } from './iptables/iptables-means.ts';
import { type DropEvidence, type DropMeans, untilRevertedSeconds } from './means.ts';
import { createNftMeans } from './nft-means.ts';
import type { WriterOptions } from './nft-writer.ts';

export type { DropEvidence } from './means.ts';

export function createFirewallDrop(options: WriterOptions = {}): BuiltInResponse<Source, DropEvidence> {
  const nft = createNftMeans(options);
  const iptables = createIptablesMeans();
  /** In this order: the first that a machine has is used. */
  const all = [nft, createIpsetMeans(), iptables];
  /** nft until it is known that there is none. */
  const chosen = new Map<Host, DropMeans>();
  const meansOf = (host: Host): DropMeans => chosen.get(host) ?? nft;

  async function probe(host: Host): Promise<Availability> {
    const reasons: string[] = [];
    for (const means of all) {
      const availability = await means.probe(host);
      if (availability.available) {
        chosen.set(host, means);
        return availability;
      }
      reasons.push(availability.reason);
    }
    return { available: false, reason: reasons.join('; ') };
  }

  return {
    name: 'firewall-drop',
    about: {
      does: 'Drops every packet from an address: new connections, open ones, and what is forwarded to containers and guests.',
      how: 'By nftables: two sets for each family, one of addresses and one of prefixes, in a table of its own (`inet riposte`), ahead of all other tables. Where there is no nft, by ipset: a set for each family (`riposte4`, `riposte6`), and a rule of iptables in `raw PREROUTING` that drops by it. Where there is no ipset either, a rule of iptables for each address, in a chain `RIPOSTE`. Each is made with the first block and taken away with the last. The kernel itself lifts an address on time, even if nothing of this program runs; only rules of iptables alone are lifted by the agent.',
      proof: '`effective`: the address is in its set, or has its rule, and what drops by it is there.',
      needs: '`nft` (package nftables), or `ipset` and `iptables`, or `iptables`; Linux 5.10 or later.',
    },
    // Inbound Traffic Filtering; Restore Network Access.
    d3fend: { apply: 'D3-ITF', revert: 'D3-RNA' },
    // Rules of iptables have no end.
    get machineLifts() {
      return ![...chosen.values()].includes(iptables);
    },
    renewBelowSeconds: untilRevertedSeconds / 2,
    longestSeconds,
    parse: sourceOfAlert,
    keys: (target) => [target.text],
    fromKeys,
    probe,
    prepare: async (host) => meansOf(host).prepare?.(host),
    apply: (applications, host) => meansOf(host).apply(applications, host),
    verify: (targets, host) => meansOf(host).verify(targets, host),
    revert: (evidence, host) => meansOf(host).revert(evidence, host),
    inventory: (host) => meansOf(host).inventory(host),
    close: async () => {
      for (const means of all) await means.close();
    },
  };
}

/** Prefixes too: an alert never names one, an operator may. */
function fromKeys(keys: readonly string[]): Source {
  const [key] = keys;
  const source = keys.length === 1 && key !== undefined ? parseSource(key) : undefined;
  if (source === undefined) throw new InvalidTarget(invalidSourceText);
  return source;
}
