// A journal entry as the line that a syslog daemon would have written, which is what decoders know.
import type { LogMessage } from '../message.ts';
import { type BelieveOptions, type Doubt, doubt } from './believe.ts';
import type { JournalEntry } from './entry.ts';

/** What rules and alerts see as the origin of all entries, as in Wazuh. */
export const journalLocation = 'journald';

/** The program under whose name an entry is analysed whose sender is not the one it names. No decoder knows it. */
const doubtedName = 'unverified';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const longestName = 128;

export interface ReadEntry {
  readonly message: LogMessage;
  readonly doubt: (Doubt & { readonly name: string }) | undefined;
}

/** Undefined where the entry has no text. `timeMs`: what timeframes are to use. */
export function toMessage(
  entry: JournalEntry,
  timeMs: number,
  number: string,
  options: BelieveOptions,
): ReadEntry | undefined {
  const text = entry.field('MESSAGE');
  if (text === undefined || text === '') return undefined;
  const name = nameOf(entry);
  const doubted = doubt(entry, name, options);
  const pid = entry.field('SYSLOG_PID') ?? entry.field('_PID');
  const process = pid !== undefined && /^\d+$/.test(pid) ? `[${pid}]` : '';
  const said =
    doubted === undefined
      ? `${name}${process}: ${text}`
      : `${doubtedName}${process}: ${doubted.sender} as ${name}: ${text}`;
  const message = {
    id: `${number}.${entry.sequence.number}`,
    location: journalLocation,
    text: `${headerTime(entry.timeMs)} ${wordOf(entry.field('_HOSTNAME') ?? '') || 'localhost'} ${said}`,
    timeMs,
  };
  return { message, doubt: doubted === undefined ? undefined : { ...doubted, name } };
}

/** Without characters that could end it: what is behind it is another's text. */
function nameOf(entry: JournalEntry): string {
  const name = entry.field('SYSLOG_IDENTIFIER') ?? entry.field('_COMM') ?? '';
  return wordOf(name) || 'unknown';
}

function wordOf(text: string): string {
  return text.slice(0, longestName).replaceAll(/[^A-Za-z0-9_./()@+-]/g, '_');
}

let minute = Number.NaN;
let prefix = '';

/** `Nov 24 06:00:00`, local time. */
function headerTime(timeMs: number): string {
  // Asking for local time is slow, and many entries share a minute.
  const current = Math.floor(timeMs / 60_000);
  if (current !== minute) {
    const time = new Date(current * 60_000);
    const [day, hours, minutes] = [time.getDate(), time.getHours(), time.getMinutes()];
    prefix = `${months[time.getMonth()]} ${String(day).padStart(2)} ${pad(hours)}:${pad(minutes)}:`;
    minute = current;
  }
  return `${prefix}${pad(Math.floor(timeMs / 1000) % 60)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
