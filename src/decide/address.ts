// Addresses as numbers, for comparing with networks.
import { isIPv4, isIPv6 } from 'node:net';

export type AddressBits =
  | { readonly family: 'ipv4'; readonly bits: number }
  | { readonly family: 'ipv6'; readonly bits: bigint };

/** One address is asked about several times in a row: by the allow list and the never-block set, for the decision and on the endpoint. */
let lastText = '';
let lastBits: AddressBits | undefined;

/** An IPv4 address mapped into IPv6 (`::ffff:192.0.2.1` in any spelling) is the IPv4 address. Undefined for anything else. */
export function parseAddress(text: string): AddressBits | undefined {
  if (text === lastText) return lastBits;
  lastBits = parseNew(text);
  lastText = text;
  return lastBits;
}

function parseNew(text: string): AddressBits | undefined {
  if (isIPv4(text)) return { family: 'ipv4', bits: parseIpv4(text) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const bits = parseIpv6(text);
  if (bits >> 32n === 0xffffn) return { family: 'ipv4', bits: Number(bits & 0xffffffffn) };
  return { family: 'ipv6', bits };
}

/** Unsigned. */
function parseIpv4(text: string): number {
  let bits = 0;
  for (const octet of text.split('.')) bits = bits * 256 + Number(octet);
  return bits;
}

function parseIpv6(text: string): bigint {
  const [head = '', tail] = toHexGroups(text).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  let bits = 0n;
  for (const group of before) bits = (bits << 16n) | BigInt(`0x${group}`);
  bits <<= BigInt(16 * zeros);
  for (const group of after) bits = (bits << 16n) | BigInt(`0x${group}`);
  return bits;
}

/** `::ffff:192.0.2.1` → `::ffff:c000:201`. */
function toHexGroups(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  if (!text.includes('.', start)) return text;
  const bits = parseIpv4(text.slice(start));
  return `${text.slice(0, start)}${(bits >>> 16).toString(16)}:${(bits & 0xffff).toString(16)}`;
}
