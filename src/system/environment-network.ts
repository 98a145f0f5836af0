// Reads the kernel's routing tables and the resolver's configuration.

import { isIP } from 'node:net';
import { endianness } from 'node:os';

const flagUp = 0x1;
const flagGateway = 0x2;

/** /proc/net/route: `Iface Destination Gateway Flags …`, addresses as numbers in the machine's own byte order. */
export function parseIpv4Gateways(text: string): readonly string[] {
  const rows = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  const found: { readonly gateway: string; readonly isDefault: boolean }[] = [];
  for (const [, destination, gateway, flags] of rows) {
    if (destination === undefined || gateway === undefined || flags === undefined) continue;
    if (!isUsed(flags) || !/^[0-9A-F]{8}$/i.test(gateway)) continue;
    found.push({ gateway: formatIpv4(gateway), isDefault: destination === '00000000' });
  }
  return defaultsFirst(found);
}

function formatIpv4(hex: string): string {
  const bytes = [...Buffer.from(hex, 'hex')];
  return (endianness() === 'LE' ? bytes.reverse() : bytes).join('.');
}

/** /proc/net/ipv6_route: `destination length source length next-hop metric refcount use flags interface`. */
export function parseIpv6Gateways(text: string): readonly string[] {
  const found: { readonly gateway: string; readonly isDefault: boolean }[] = [];
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const [destination, length, , , hop, , , , flags] = fields;
    if (hop === undefined || flags === undefined || !isUsed(flags) || !/^[0-9a-f]{32}$/i.test(hop)) continue;
    found.push({ gateway: formatIpv6(hop), isDefault: length === '00' && /^0+$/.test(destination ?? '') });
  }
  return defaultsFirst(found);
}

/** The canonical text (RFC 5952), which the URL parser writes. */
function formatIpv6(hex: string): string {
  const groups = hex.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function isUsed(flags: string): boolean {
  const bits = Number.parseInt(flags, 16);
  return (bits & flagUp) !== 0 && (bits & flagGateway) !== 0;
}

function defaultsFirst(found: readonly { readonly gateway: string; readonly isDefault: boolean }[]): readonly string[] {
  const sorted = [...found].sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  return [...new Set(sorted.map(({ gateway }) => gateway))];
}

/** The addresses of `nameserver` lines, without zones. */
export function parseResolvers(text: string): readonly string[] {
  const found: string[] = [];
  for (const line of text.split('\n')) {
    const [word, value] = line.trim().split(/\s+/);
    const address = value?.split('%')[0] ?? '';
    if (word === 'nameserver' && isIP(address) !== 0) found.push(address);
  }
  return [...new Set(found)];
}
