// Addresses as the configuration writes them, made canonical.
import { isIPv4, isIPv6 } from 'node:net';

export interface ParsedAddress {
  readonly family: 'ipv4' | 'ipv6';
  /** Canonical: dotted decimal, or RFC 5952. */
  readonly address: string;
  /** `::ffff:a.b.c.d`, which is given as the IPv4 address. */
  readonly wasMapped: boolean;
}

/** An IPv4 or IPv6 address, or undefined. No zone, no blanks, no leading zeros in IPv4. */
export function parseAddress(text: string): ParsedAddress | undefined {
  if (isIPv4(text)) return { family: 'ipv4', address: text, wasMapped: false };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const address = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped === null) return { family: 'ipv6', address, wasMapped: false };
  const high = Number.parseInt(mapped[1] ?? '', 16);
  const low = Number.parseInt(mapped[2] ?? '', 16);
  const octets = [high >> 8, high & 255, low >> 8, low & 255];
  return { family: 'ipv4', address: octets.join('.'), wasMapped: true };
}

/** The 32 bits of a dotted address as an unsigned number, or undefined for an octet over 255 or with a leading zero. */
export function parseIpv4Number(text: string): number | undefined {
  if (!isIPv4(text)) return undefined;
  return text.split('.').reduce((bits, octet) => bits * 256 + Number(octet), 0);
}

export interface ParsedPrefix extends ParsedAddress {
  readonly prefix: number;
}

/** `address` or `address/prefix`, of either family; undefined where it is neither. */
export function parsePrefix(text: string): ParsedPrefix | undefined {
  const [addressText = '', prefixText, ...rest] = text.split('/');
  const parsed = parseAddress(addressText);
  if (parsed === undefined || rest.length > 0) return undefined;
  const bits = parsed.family === 'ipv4' && !parsed.wasMapped ? 32 : 128;
  if (prefixText === undefined) return { ...parsed, prefix: parsed.family === 'ipv4' ? 32 : 128 };
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > bits) return undefined;
  const prefix = parsed.wasMapped ? Number(prefixText) - 96 : Number(prefixText);
  return prefix < 0 ? undefined : { ...parsed, prefix };
}
