// Messages on their way to a thread: columns, because an object for each would take several times as long to copy.
import type { LogMessage } from '../../source/message.ts';

/** All of a message but what is different in each. */
type Envelope = Omit<LogMessage, 'id' | 'text' | 'timeMs'>;

export interface PackedMessages {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  readonly timesMs: readonly number[];
  readonly envelopes: readonly Envelope[];
  /** Index of the first message of each envelope. */
  readonly starts: readonly number[];
}

function isSame(envelope: Envelope, { location, agent, origin, kind }: LogMessage): boolean {
  return (
    envelope.location === location && envelope.agent === agent && envelope.origin === origin && envelope.kind === kind
  );
}

export function packMessages(messages: readonly LogMessage[]): PackedMessages {
  const envelopes: Envelope[] = [];
  const starts: number[] = [];
  let last: Envelope | undefined;
  for (const [index, message] of messages.entries()) {
    if (last !== undefined && isSame(last, message)) continue;
    const { id: _id, text: _text, timeMs: _timeMs, ...envelope } = message;
    last = envelope;
    envelopes.push(envelope);
    starts.push(index);
  }
  return {
    ids: messages.map(({ id }) => id),
    texts: messages.map(({ text }) => text),
    timesMs: messages.map(({ timeMs }) => timeMs),
    envelopes,
    starts,
  };
}

export function* unpackMessages({ ids, texts, timesMs, envelopes, starts }: PackedMessages): Generator<LogMessage> {
  let current = 0;
  for (let index = 0; index < ids.length; index++) {
    if (starts[current + 1] === index) current += 1;
    const envelope = envelopes[current] ?? { location: '' };
    yield { ...envelope, id: ids[index] ?? '', text: texts[index] ?? '', timeMs: timesMs[index] ?? 0 };
  }
}
