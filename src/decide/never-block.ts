// The addresses that must stay reachable whatever an alert says. // architecture, invariant 5
import { BlockList, isIP } from 'node:net';
import { parseAddress } from './address.ts';
import type { NeverBlock } from './facts.ts';

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
  const groups = new Map<string, BlockList>();
  for (const { address, reason } of [...alwaysProtected, ...addresses]) {
    const group = groups.get(reason) ?? new BlockList();
    groups.set(reason, group);
    add(group, address);
  }
  return (text) => {
    const address = parseAddress(text);
    if (address === undefined) return undefined;
    for (const [reason, group] of groups) if (group.check(plain(text), address.family)) return reason;
    return undefined;
  };
}

function add(group: BlockList, text: string): void {
  const [address = '', prefix] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new RangeError(`'${text}' is not an address or prefix`);
  if (prefix === undefined) group.addAddress(plain(address), parsed.family);
  else group.addSubnet(plain(address), Number(prefix), parsed.family);
}

/** A mapped IPv4 address as IPv4. */
function plain(text: string): string {
  const parsed = parseAddress(text);
  if (parsed?.family !== 'ipv4' || isIP(text) === 4) return text;
  return [24, 16, 8, 0].map((shift) => (parsed.bits >>> shift) & 0xff).join('.');
}
