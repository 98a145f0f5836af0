// Whether an address or name is on the allow list, without walking through its entries. // spec decisions "White list"
import { isIP } from 'node:net';
import type { AllowListEntry } from '../config/ossec-conf.ts';
import { type AddressBits, parseAddress } from './address.ts';
import { stripMappedPrefix } from './alert-fields.ts';
import type { TextMatcher } from './facts.ts';

export interface AllowList {
  /** The entry that `text` (an event's srcip) is on, as the file has it; undefined where none. */
  find(text: string): string | undefined;
}

type Network = Extract<AllowListEntry, { kind: 'network' }>;
type Masked = Extract<AllowListEntry, { kind: 'masked' }>;

/** Networks of one family, by prefix length: one look-up for each length in use, however many entries there are. */
type NetworkTable = ReadonlyMap<number, ReadonlyMap<bigint | number, string>>;

export function prepareAllowList(
  entries: readonly AllowListEntry[],
  compileNamePattern: (pattern: string) => TextMatcher,
): AllowList {
  const networks = entries.filter((entry): entry is Network => entry.kind === 'network');
  const ipv4 = tabulate(networks, 'ipv4');
  const ipv6 = tabulate(networks, 'ipv6');
  // Wazuh compares IPv6 addresses with an IPv4 network of length 0 too; it means everything, and so it does here.
  const everything = ipv4.get(0)?.get(0);
  const masked = entries.filter((entry): entry is Masked => entry.kind === 'masked');
  const names = entries
    .filter((entry) => entry.kind === 'name')
    .map(({ text }) => ({ text, matches: compileNamePattern(text) }));

  function findNetwork(address: AddressBits): string | undefined {
    if (address.family === 'ipv6') return findIn(ipv6, address) ?? everything;
    return findIn(ipv4, address) ?? masked.find((entry) => isMasked(entry, address))?.text;
  }

  return {
    find(text) {
      const compared = stripMappedPrefix(text);
      const address = isIP(compared) === 0 ? undefined : parseAddress(compared);
      const network = address === undefined ? undefined : findNetwork(address);
      return network ?? names.find(({ matches }) => matches(compared))?.text;
    },
  };
}

function tabulate(networks: readonly Network[], family: Network['family']): NetworkTable {
  const table = new Map<number, Map<bigint | number, string>>();
  for (const network of networks) {
    const address = parseAddress(network.address);
    if (address?.family !== family) continue;
    // A mapped IPv4 network (`::ffff:192.0.2.0/120`) is the IPv4 network.
    const prefix = network.family === family ? network.prefix : Math.max(0, network.prefix - 96);
    const sameLength = table.get(prefix) ?? new Map<bigint | number, string>();
    table.set(prefix, sameLength);
    const head = cut(address, prefix);
    if (!sameLength.has(head)) sameLength.set(head, network.text);
  }
  return table;
}

function findIn(table: NetworkTable, address: AddressBits): string | undefined {
  for (const [prefix, heads] of table) {
    const text = heads.get(cut(address, prefix));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The first `prefix` bits. */
function cut(address: AddressBits, prefix: number): bigint | number {
  if (address.family === 'ipv6') return address.bits >> BigInt(128 - prefix);
  return prefix === 0 ? 0 : address.bits >>> (32 - prefix);
}

function isMasked(entry: Masked, address: AddressBits): boolean {
  return address.family === 'ipv4' && (address.bits & entry.mask) === (entry.address & entry.mask);
}
