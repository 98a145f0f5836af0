// The addresses that must stay reachable whatever an alert says. // architecture, invariant 5
import { isIP } from 'node:net';
import { parseAddress } from './address.ts';
import type { NeverBlock } from './facts.ts';
import { NetworkTable } from './network-table.ts';

/** An address of the host, the manager, the gateway, a resolver … and what it is. */
export interface ProtectedAddress {
  /** An address or a prefix (`192.0.2.0/24`). */
  readonly address: string;
  /** As part of a sentence: `it is the gateway`. */
  readonly reason: string;
}

/** Protected on every endpoint. */
const alwaysProtected: readonly ProtectedAddress[] = [
  { address: '127.0.0.0/8', reason: 'it is loopback' },
  { address: '::1', reason: 'it is loopback' },
  { address: '0.0.0.0/8', reason: 'it stands for the host itself' },
  { address: '::', reason: 'it stands for the host itself' },
];

/** Throws RangeError for an address that is none: a set that silently lacks one protects nothing. */
export function prepareNeverBlock(addresses: readonly ProtectedAddress[]): NeverBlock {
  const table = new NetworkTable<string>();
  for (const { address, reason } of [...alwaysProtected, ...addresses]) add(table, address, reason);
  return (text) => {
    const address = parseAddress(text);
    return address === undefined ? undefined : table.find(address);
  };
}

function add(table: NetworkTable<string>, text: string, reason: string): void {
  const [address = '', prefixText] = text.split('/');
  const parsed = parseAddress(address);
  const bits = isIP(address) === 6 ? 128 : 32;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (parsed === undefined || !Number.isInteger(prefix) || prefix < 0 || prefix > bits) {
    throw new RangeError(`'${text}' is not an address or prefix`);
  }
  // A mapped IPv4 address is the IPv4 one.
  table.add(parsed, parsed.family === 'ipv4' ? Math.max(0, prefix - (bits - 32)) : prefix, reason);
}
