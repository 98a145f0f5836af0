// `Q:LOCATION:LOG`, the form in which messages reach Wazuh's analysis → a log message. // spec ruleset §1.1
import type { LogMessage, Origin } from '../source/message.ts';
import { toUnicode } from './bytes.ts';

/** What the envelope tells of a message; who reads it adds `id` and `timeMs`. */
export type QueueMessage = Pick<LogMessage, 'kind' | 'location' | 'origin' | 'text'>;

export type QueueRead =
  | { readonly ok: true; readonly message: QueueMessage }
  | { readonly ok: false; readonly reason: string };

const shortest = 4;
const windowsQueue = 'f';
/** Queues of parts of Wazuh that are not here. */
const foreignQueues: Readonly<Record<string, string>> = {
  '3': 'host information',
  '5': 'database synchronisation',
  '8': 'file integrity',
  '9': 'rootcheck',
  d: 'system inventory',
  e: 'CIS-CAT',
  p: 'configuration assessment',
  u: 'agent upgrade',
};

/**
 * Reads one message (latin1 text): `1:/var/log/auth.log:Dec 29 …`, or from an agent
 * `1:[007] (web1) any->/var/log/auth.log:Dec 29 …`. The first byte chooses the way: `f` an event of the Windows event
 * channel, any other a log line, but for those of parts that are not here, which are refused. In the location `|` takes
 * the meaning from the next byte: `C|:\app.log`. A message of any length is taken whole. Refusals give the reason as a sentence.
 */
export function readQueueMessage(text: string): QueueRead {
  if (text.length < shortest) return refuse(`A message has at least ${shortest} bytes: "Q:LOCATION:LOG".`);
  const received = cutAtNul(text);
  const queue = received[0] ?? '';
  if (received[1] !== ':') return refuse('The second byte of a message is ":", after the one that names its queue.');
  const foreign = Object.hasOwn(foreignQueues, queue) ? foreignQueues[queue] : undefined;
  if (foreign !== undefined) return refuse(`Messages of queue "${queue}" (${foreign}) are not analysed here.`);
  const end = endOfLocation(received, 2);
  if (end < 0) return refuse('No ":" ends the location: "Q:LOCATION:LOG" is needed.');
  const origin = readOrigin(received.slice(2, end).replace(/\|(.)/gs, '$1'));
  if (origin === undefined) return refuse('The agent id is not closed: "[007] (NAME) IP->PATH" is needed.');
  const kind = queue === windowsQueue ? 'windows-event' : 'log';
  return { ok: true, message: { kind, location: toUnicode(origin.location), origin, text: received.slice(end + 1) } };
}

function refuse(reason: string): QueueRead {
  return { ok: false, reason };
}

function cutAtNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** Index of the first `:` that no `|` escapes; -1 where there is none. */
function endOfLocation(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    if (text[index] === '|') index++;
    else if (text[index] === ':') return index;
  }
  return -1;
}

/** Undefined where an agent's id is begun and not closed. */
function readOrigin(location: string): Origin | undefined {
  if (!location.startsWith('[')) return { agentId: '000', location, hostname: undefined };
  const close = location.indexOf(']');
  if (close < 0) return undefined;
  const rest = location.slice(close + 2);
  return { agentId: location.slice(1, close), location: rest, hostname: nameInParentheses(rest) };
}

function nameInParentheses(location: string): string {
  return location.startsWith('(') ? location.slice(1, Math.max(1, location.indexOf(')'))) : '';
}
