// PF_Decoder: lines of the OpenBSD packet filter. // spec ruleset §5.6
import type { Event } from '../event.ts';
import { slot } from '../fields.ts';

export function decodePf(event: Event): void {
  const { log, statics } = event;
  const close = log.indexOf(')');
  if (close < 0 || log[close + 1] !== ' ') return;
  const letter = log[close + 2];
  if (letter !== 'p' && letter !== 'b') return;
  statics[slot.action] = letter === 'p' ? 'pass' : 'block';
  const colon = log.indexOf(': ', close);
  if (colon < 0) return;
  const space = log.indexOf(' ', colon + 2);
  if (space < 0) return;
  setEndpoint(event, log.slice(colon + 2, space), slot.srcip, slot.srcport);
  if (!log.startsWith('> ', space + 1)) return;
  const end = log.indexOf(':', space + 3);
  if (end < 0) return;
  setEndpoint(event, log.slice(space + 3, end), slot.dstip, slot.dstport);
  const kind = log.slice(end + 1).trimStart()[0];
  if (kind === undefined) return;
  statics[slot.protocol] = kind === 'u' ? 'UDP' : kind === 'i' ? 'ICMP' : 'TCP';
}

/** `192.0.2.1.443`: what follows the fourth dot is the port. */
function setEndpoint(event: Event, text: string, ipSlot: number, portSlot: number): void {
  const parts = text.split('.');
  event.statics[ipSlot] = parts.slice(0, 4).join('.');
  if (parts.length > 4) event.statics[portSlot] = parts.slice(4).join('.');
}
