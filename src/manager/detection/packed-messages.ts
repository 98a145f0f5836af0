// Messages on their way to a thread: columns, because an object for each would take several times as long to copy.
import type { LogMessage } from '../../source/message.ts';
import { agentIdOf } from './route.ts';

/** All of a message but what is different in each. */
type Envelope = Omit<LogMessage, 'id' | 'text' | 'timeMs'>;

export interface PackedMessages {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  readonly timesMs: readonly number[];
  readonly envelopes: readonly Envelope[];
  /** Index of the envelope of each message. */
  readonly envelopeOf: readonly number[];
}

function isSameAgent(first: Envelope['agent'], second: Envelope['agent']): boolean {
  if (first === second) return true;
  if (first === undefined || second === undefined) return false;
  return (
    first.id === second.id && first.name === second.name && first.ip === second.ip && first.labels === second.labels
  );
}

function isSameOrigin(first: Envelope['origin'], second: Envelope['origin']): boolean {
  if (first === second) return true;
  if (first === undefined || second === undefined) return false;
  return first.agentId === second.agentId && first.location === second.location && first.hostname === second.hostname;
}

function isSame(envelope: Envelope, { location, agent, origin, kind, excess }: LogMessage): boolean {
  return (
    envelope.location === location &&
    envelope.kind === kind &&
    envelope.excess === excess &&
    isSameAgent(envelope.agent, agent) &&
    isSameOrigin(envelope.origin, origin)
  );
}

export function packMessages(messages: readonly LogMessage[]): PackedMessages {
  const envelopes: Envelope[] = [];
  const envelopeOf: number[] = [];
  const latest = new Map<string, number>();
  for (const message of messages) {
    const agentId = agentIdOf(message);
    const known = latest.get(agentId) ?? -1;
    const envelope = envelopes[known];
    if (envelope !== undefined && isSame(envelope, message)) {
      envelopeOf.push(known);
      continue;
    }
    const { id: _id, text: _text, timeMs: _timeMs, ...rest } = message;
    latest.set(agentId, envelopes.length);
    envelopeOf.push(envelopes.length);
    envelopes.push(rest);
  }
  return {
    ids: messages.map(({ id }) => id),
    texts: messages.map(({ text }) => text),
    timesMs: messages.map(({ timeMs }) => timeMs),
    envelopes,
    envelopeOf,
  };
}

const nowhere: Envelope = { location: '' };

export function unpackMessages({ ids, texts, timesMs, envelopes, envelopeOf }: PackedMessages): LogMessage[] {
  return ids.map((id, index) => {
    const { location, agent, origin, kind, excess } = envelopes[envelopeOf[index] ?? -1] ?? nowhere;
    const common = { id, location, text: texts[index] ?? '', timeMs: timesMs[index] ?? 0 };
    // Few shapes of objects: what judges them is faster.
    if (excess !== undefined) return withParts(common, { agent, origin, kind, excess });
    if (origin !== undefined) return kind === undefined ? { ...common, origin } : { ...common, origin, kind };
    if (agent !== undefined) return kind === undefined ? { ...common, agent } : { ...common, agent, kind };
    return kind === undefined ? common : { ...common, kind };
  });
}

type Parts = { readonly [Name in 'agent' | 'origin' | 'kind' | 'excess']: LogMessage[Name] | undefined };

/** Once an hour at most. */
function withParts(common: LogMessage, parts: Parts): LogMessage {
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  return { ...common, ...Object.fromEntries(given) };
}
