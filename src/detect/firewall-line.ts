// A firewall event as a line of logs/firewall/firewall.log: firewalls of all makers look alike there. // spec ruleset §5.10
import type { Event } from './event.ts';
import { slot } from './fields.ts';
import { originLine } from './origin-line.ts';

/** By the first letter of what the firewall calls it: drop, deny, reject, block; closed, teardown; allow, accept, pass, permit, open. */
const actionsByLetter: Readonly<Record<string, string>> = {
  d: 'DROP',
  r: 'DROP',
  b: 'DROP',
  c: 'CLOSE',
  t: 'CLOSE',
  a: 'ALLOW',
  p: 'ALLOW',
  o: 'ALLOW',
};

const dropWords = ['drop', 'deny', 'denied', 'block', 'reject'];
const allowWords = ['allow', 'accept', 'pass', 'permit'];

function actionWord(action: string): string {
  const lower = action.toLowerCase();
  const known = actionsByLetter[lower.slice(0, 1)];
  if (known !== undefined) return known;
  if (dropWords.some((word) => lower.includes(word))) return 'DROP';
  return allowWords.some((word) => lower.includes(word)) ? 'ALLOW' : 'UNKNOWN';
}

/** What comes from a field cannot begin a line of its own. */
function fieldOf(event: Event, index: number): string {
  return (event.statics[index] ?? '').replaceAll('\n', ' ');
}

/** `2026 Nov 24 11:05:59 host->/var/log/fw.log DROP TCP 192.0.2.1:4711->10.0.0.5:22`. Latin1 bytes. */
export function firewallLine(event: Event): string {
  const [action = '', protocol, srcip, srcport, dstip, dstport] = [
    slot.action,
    slot.protocol,
    slot.srcip,
    slot.srcport,
    slot.dstip,
    slot.dstport,
  ].map((index) => fieldOf(event, index));
  return `${originLine(event)} ${actionWord(action)} ${protocol} ${srcip}:${srcport}->${dstip}:${dstport}`;
}
