// When and where an event came from, as lines of the archives and of the firewall log begin.
import { formatTimestamp } from './alert-time.ts';
import type { Event } from './event.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026 Nov 24 11:05:59 host->/var/log/auth.log`, or of an agent `2026 Nov 24 11:05:59 (web1) 10.9.8.7->/var/log/auth.log`; local time. Latin1 bytes. */
export function originLine({ timeMs, location, hostname }: Event): string {
  const stamp = formatTimestamp(timeMs);
  const month = months[Number(stamp.slice(5, 7)) - 1];
  const where = location.startsWith('(') ? location : `${hostname}->${location}`;
  return `${stamp.slice(0, 4)} ${month} ${stamp.slice(8, 10)} ${stamp.slice(11, 19)} ${where}`;
}
