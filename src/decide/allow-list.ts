// Whether an address or name is on the allow list, without walking through its entries. // spec decisions "White list"
import type { AllowListEntry } from '../config/ossec-conf.ts';
import { type AddressBits, parseAddress } from './address.ts';
import { stripMappedPrefix } from './alert-fields.ts';
import type { TextMatcher } from './facts.ts';
import { NetworkTable } from './network-table.ts';

export interface AllowList {
  /** The entry that `text` (an event's srcip) is on, as the file has it; undefined where none. */
  find(text: string): string | undefined;
}

type Network = Extract<AllowListEntry, { kind: 'network' }>;
type Masked = Extract<AllowListEntry, { kind: 'masked' }>;

export function prepareAllowList(
  entries: readonly AllowListEntry[],
  compileNamePattern: (pattern: string) => TextMatcher,
): AllowList {
  const networks = tabulate(entries.filter((entry): entry is Network => entry.kind === 'network'));
  // Wazuh compares IPv6 addresses with an IPv4 network of length 0 too; it means everything, and so it does here.
  const everything = entries.find(isEverything)?.text;
  const masked = entries.filter((entry): entry is Masked => entry.kind === 'masked');
  const names = entries
    .filter((entry) => entry.kind === 'name')
    .map(({ text }) => ({ text, matches: compileNamePattern(text) }));

  function findNetwork(address: AddressBits): string | undefined {
    if (address.family === 'ipv6') return networks.find(address) ?? everything;
    return networks.find(address) ?? masked.find((entry) => isMasked(entry, address))?.text;
  }

  return {
    find(text) {
      const compared = stripMappedPrefix(text);
      const address = parseAddress(compared);
      const network = address === undefined ? undefined : findNetwork(address);
      return network ?? names.find(({ matches }) => matches(compared))?.text;
    },
  };
}

function tabulate(networks: readonly Network[]): NetworkTable<string> {
  const table = new NetworkTable<string>();
  for (const network of networks) {
    const address = parseAddress(network.address);
    if (address !== undefined) table.add(address, prefixOf(network, address), network.text);
  }
  return table;
}

/** A mapped IPv4 network (`::ffff:192.0.2.0/120`) is the IPv4 network. */
function prefixOf(network: Network, address: AddressBits): number {
  return network.family === address.family ? network.prefix : Math.max(0, network.prefix - 96);
}

function isEverything(entry: AllowListEntry): boolean {
  if (entry.kind !== 'network') return false;
  const address = parseAddress(entry.address);
  return address?.family === 'ipv4' && prefixOf(entry, address) === 0;
}

function isMasked(entry: Masked, address: AddressBits): boolean {
  return address.family === 'ipv4' && (address.bits & entry.mask) === (entry.address & entry.mask);
}
