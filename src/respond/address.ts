// IP addresses and prefixes as one canonical text each, so that comparing text is comparing addresses.
import { isIPv4, isIPv6 } from 'node:net';
import type { Alert } from '../alert/alert.ts';
import { InvalidTarget } from './contract.ts';

/** One address, or a prefix with its host bits cleared. */
export interface Source {
  readonly family: 4 | 6;
  /** Canonical: dotted decimal, or RFC 5952. A prefix carries `/length`; a single address never does. */
  readonly text: string;
  readonly isPrefix: boolean;
}

/** What active-responses.log says where an alert has no usable address. // spec active-response §7 */
export const invalidSourceText = "Cannot read 'srcip' from data or invalid IP format";

const mappedPrefix = [0, 0, 0, 0, 0, 0xffff] as const;

/** A single address, or undefined: zone ids, `10.1`, octal and blanks are refused; `::ffff:a.b.c.d` becomes IPv4. */
export function parseAddress(text: string): Source | undefined {
  // Node takes dotted decimal in its canonical form only.
  if (isIPv4(text)) return { family: 4, text, isPrefix: false };
  const bits = parseBits(text);
  return bits === undefined ? undefined : sourceOf(bits);
}

/** The 4 or 16 bytes of a single address. */
export function addressBytes({ text }: Source): Uint8Array {
  const bits = parseBits(text);
  if (bits === undefined) throw new Error(`not a single address: ${text}`);
  if (bits.family === 4) return Uint8Array.from(bits.groups);
  return Uint8Array.from(bits.groups.flatMap((group) => [group >> 8, group & 255]));
}

/** An address or `ADDRESS/LENGTH`. Host bits are cleared; the full length gives the single address. */
export function parseSource(text: string): Source | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return parseAddress(text);
  const bits = parseBits(text.slice(0, slash));
  const lengthText = text.slice(slash + 1);
  if (bits === undefined || !/^(0|[1-9][0-9]{0,2})$/.test(lengthText)) return undefined;
  const mapped = bits.family === 4 && text.slice(0, slash).includes(':');
  const length = Number(lengthText) - (mapped ? 96 : 0);
  const width = bits.family === 4 ? 32 : 128;
  if (length < 0 || length > width) return undefined;
  if (length === width) return sourceOf(bits);
  const unit = width / bits.groups.length;
  const cleared = { ...bits, groups: bits.groups.map((group, at) => keepBits(group, unit, length - at * unit)) };
  return { family: bits.family, text: `${sourceOf(cleared).text}/${length}`, isPrefix: true };
}

/** The address that an alert is about. // spec active-response §6: the first of the three that is there, valid or not */
export function sourceOfAlert(alert: Alert): Source {
  const data: unknown = alert.data;
  const event = member(member(data, 'win'), 'eventdata');
  const candidates = [member(event, 'ipAddress'), member(event, 'destinationIp'), member(data, 'srcip')];
  const text = candidates.find((candidate) => typeof candidate === 'string');
  const source = typeof text === 'string' ? parseAddress(text) : undefined;
  if (source === undefined) throw new InvalidTarget(invalidSourceText);
  return source;
}

/** A single address, of the keys of a response that takes no prefixes. Throws InvalidTarget. */
export function addressOfKeys(keys: readonly string[]): Source {
  const [key] = keys;
  const source = keys.length === 1 && key !== undefined ? parseAddress(key) : undefined;
  if (source === undefined) throw new InvalidTarget(invalidSourceText);
  return source;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** Four octets or eight 16-bit groups. */
interface Bits {
  readonly family: 4 | 6;
  readonly groups: readonly number[];
}

function parseBits(text: string): Bits | undefined {
  if (isIPv4(text)) return { family: 4, groups: text.split('.').map(Number) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const groups = expandGroups(text);
  if (!mappedPrefix.every((group, at) => groups[at] === group)) return { family: 6, groups };
  const [high = 0, low = 0] = groups.slice(6);
  return { family: 4, groups: [high >> 8, high & 255, low >> 8, low & 255] };
}

function expandGroups(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const front = readGroups(head);
  if (tail === undefined) return front;
  const back = readGroups(tail);
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
}

function readGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}

function sourceOf(bits: Bits): Source {
  const text = bits.family === 4 ? bits.groups.join('.') : writeGroups(bits.groups);
  return { family: bits.family, text, isPrefix: false };
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`. */
function writeGroups(groups: readonly number[]): string {
  const run = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, at) => {
    if (group !== 0) start = at + 1;
    else if (at + 1 - start > best.length) best = { start, length: at + 1 - start };
  });
  return best;
}

/** Keeps the first `kept` of the `unit` bits of a group. */
function keepBits(group: number, unit: number, kept: number): number {
  if (kept >= unit) return group;
  if (kept <= 0) return 0;
  const cleared = unit - kept;
  return (group >> cleared) << cleared;
}
