// Messages come out of the columns as they went in.
import { expect, it } from 'vitest';
import { packMessages, unpackMessages } from '../../../src/manager/detection/packed-messages.ts';
import { agentIdOf, createRoute } from '../../../src/manager/detection/route.ts';
import type { LogMessage } from '../../../src/source/message.ts';

const plain = { location: '/a', text: 'x\xff', timeMs: 1.5, id: '1.0' };
const agent = { id: '007', name: 'web', ip: '192.0.2.7', labels: { site: 'north' } };
const messages: LogMessage[] = [
  plain,
  { ...plain, id: '1.1' },
  { ...plain, id: '1.2', agent },
  { ...plain, id: '1.3', agent, location: '/b' },
  { ...plain, id: '1.4', kind: 'windows-event', agent },
  { ...plain, id: '1.5', origin: { agentId: '012', location: '(db) any->/c', hostname: 'db' } },
  { ...plain, id: '1.6' },
  { ...plain, id: '1.7', excess: 'too many' },
  { ...plain, id: '1.8', kind: 'windows-event', agent, excess: 'too many' },
];

it('messages are the same after they were copied', () => {
  expect(unpackMessages(structuredClone(packMessages(messages)))).toEqual(messages);
  expect(unpackMessages(packMessages([]))).toEqual([]);
});

it('what is the same in messages of one agent is sent once', () => {
  expect(packMessages(messages).envelopes).toHaveLength(7);
});

it('agents are spread evenly, each to one thread; all to the first where rules count over all', () => {
  expect(messages.map(agentIdOf)).toEqual(['000', '000', '007', '007', '007', '012', '000', '000', '007']);
  const ids = Array.from({ length: 1000 }, (_, index) => String(index + 1).padStart(3, '0'));
  const route = createRoute(4, true);
  const counts = [0, 0, 0, 0];
  for (const id of ids) counts[route(id)] = (counts[route(id)] ?? 0) + 1;
  expect(Math.min(...counts)).toBeGreaterThan(200);
  expect(new Set(ids.map(createRoute(4, false)))).toEqual(new Set([0]));
});
