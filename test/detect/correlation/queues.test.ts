// The memory of events beside plain lists that do the same: what is found, in which order, and what is read back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparedEvent } from '../../../src/detect/correlation/compared-event.ts';
import { Division } from '../../../src/detect/correlation/division.ts';
import { PastEvents } from '../../../src/detect/correlation/past-events.ts';
import { Queues } from '../../../src/detect/correlation/queues.ts';
import { FieldList, fieldNameOf } from '../../../src/detect/field-names.ts';
import { slot, staticFields } from '../../../src/detect/fields.ts';
import type { DivisionKey } from '../../../src/detect/rules/correlation-lists.ts';
import type { Rule } from '../../../src/detect/rules/rule.ts';

const rule = { id: '100' } as Rule;
const keys: readonly DivisionKey[] = [
  { agent: true, slots: [slot.srcip], location: false, dynamic: [] },
  { agent: false, slots: [slot.srcip, slot.dstuser], location: false, dynamic: [] },
  { agent: true, slots: [], location: true, dynamic: ['port'] },
];

interface Choice {
  readonly agent: string;
  readonly location: string;
  readonly srcip: string | undefined;
  readonly dstuser: string | undefined;
  readonly port: string | undefined;
  readonly header: string;
  readonly log: string;
}

function eventOf({ agent, location, srcip, dstuser, port, header, log }: Choice, second: number): ComparedEvent {
  const statics: (string | undefined)[] = staticFields.map(() => undefined);
  statics[slot.srcip] = srcip;
  statics[slot.dstuser] = dstuser;
  return {
    agentId: agent,
    location,
    category: 'syslog',
    second,
    fullLog: header + log,
    // Decoders may put another text in its place.
    log: header === '-' ? `${log}!` : log,
    statics,
    fields: port === undefined ? FieldList.empty() : FieldList.empty().with(fieldNameOf('Port')),
    dynamicValues: port === undefined ? [] : [port],
    hasDynamic: port !== undefined,
    matched: second % 3,
  };
}

function keyText(event: ComparedEvent, { agent, slots, location, dynamic }: DivisionKey): string | undefined {
  const parts = [
    ...slots.map((index) => event.statics[index]),
    ...(dynamic.length > 0 ? [event.dynamicValues[0]] : []),
  ];
  if (parts.includes(undefined)) return undefined;
  return JSON.stringify([...parts, agent ? event.agentId : '', location ? event.location : '']);
}

/** Few values, so that they meet; \xff, since texts are bytes; now and then a text that makes the block grow. */
const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', '\xff', '192.0.2.1'),
  fc.nat(400).map((length) => 'x'.repeat(length)),
  fc.constant('y'.repeat(20_000)),
);
const choice: fc.Arbitrary<Choice> = fc.record({
  agent: fc.constantFrom('000', '001'),
  location: fc.constantFrom('/var/log/auth.log', 'other'),
  srcip: fc.option(text, { nil: undefined }),
  dstuser: fc.option(fc.constantFrom('root', 'b'), { nil: undefined }),
  port: fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
  header: fc.constantFrom('', '-', 'Nov 24 10:00:00 host '),
  log: text,
});

/** Remembered events beside `kept`, oldest first. */
class Pair {
  readonly past: PastEvents;
  readonly queues: Queues;
  readonly divisions: readonly Division[];
  readonly kept: { readonly event: ComparedEvent; readonly sequence: number }[] = [];
  private readonly most: number;
  private sequence = 0;

  constructor(most: number, seed: number) {
    this.most = most;
    this.past = new PastEvents(most);
    this.queues = new Queues(this.past);
    this.divisions = keys.map((key, number) => new Division(number, key, seed));
  }

  add(event: ComparedEvent): void {
    if (this.kept.length === this.most) this.drop();
    this.sequence += 1;
    this.kept.push({ event, sequence: this.sequence });
    const place = this.past.add(event, rule, this.sequence, 'all');
    for (const division of this.divisions) this.queues.add(division, event, place);
  }

  drop(): void {
    if (this.kept.shift() === undefined) return;
    this.queues.release(this.past.placeOf(0));
    this.past.releaseOldest();
  }

  check(event: ComparedEvent): void {
    for (const [index, division] of this.divisions.entries()) {
      const wanted = keyText(event, keys[index] as DivisionKey);
      const alike = this.kept.filter((each) => keyText(each.event, keys[index] as DivisionKey) === wanted);
      const sequences = wanted === undefined ? [] : alike.map(({ sequence }) => sequence).reverse();
      expect(this.found(division, event)).toEqual(sequences);
    }
  }

  found(division: Division, event: ComparedEvent): number[] {
    const queue = this.queues.find(division, event);
    const found: number[] = [];
    if (queue < 0) return found;
    let member = this.queues.newest(queue);
    for (let left = this.queues.size(queue); left > 0; left--) {
      found.push(this.past.sequence(this.queues.placeOf(member)));
      member = this.queues.before(member);
    }
    return found;
  }
}

describe('remembered events', () => {
  it.each([1, 7, 3000])('of at most %i are found and read back as plain lists have them', (most) => {
    const step = fc.oneof({ weight: 4, arbitrary: choice }, { weight: 1, arbitrary: fc.constant('drop' as const) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer(), (steps, seed) => {
        const pair = new Pair(most, seed);
        for (const [second, one] of steps.entries()) {
          if (one === 'drop') pair.drop();
          else {
            const event = eventOf(one, second);
            pair.check(event);
            pair.add(event);
          }
        }
        const read = pair.kept.map((_, age) => pair.past.read(pair.past.placeOf(age)));
        expect(read).toEqual(pair.kept.map(({ event, sequence }) => ({ ...event, sequence, rule })));
      }),
      { numRuns: most > 1000 ? 30 : 150 },
    );
  });

  it('are found after thousands have come and gone, whatever has grown meanwhile', () => {
    const pair = new Pair(2500, 7);
    const eventAt = (at: number): ComparedEvent =>
      eventOf(
        {
          agent: '000',
          location: 'l',
          srcip: `192.0.2.${(at * 7919) % 900}`,
          dstuser: `u${at % 3}`,
          port: `${at % 500}`,
          header: 'h ',
          log: 'z'.repeat((at * 31) % 700),
        },
        at,
      );
    for (let at = 0; at < 12_000; at++) {
      pair.add(eventAt(at));
      if (at % 97 === 0) pair.check(eventAt(at + 5));
      if (at % 5000 === 4999) for (let drops = 0; drops < 2400; drops++) pair.drop();
    }
    const places = pair.kept.map(({ event }, age) => [event.fullLog, pair.past.fullLog(pair.past.placeOf(age))]);
    expect(places.filter(([wanted, is]) => wanted !== is)).toEqual([]);
  });

  it('whose hashes are one are told apart by what they share', () => {
    const division = new Division(0, { agent: false, slots: [slot.url], location: false, dynamic: [] }, 0);
    const past = new PastEvents(10);
    const queues = new Queues(past);
    // Only beginning, end and length of a long text are hashed.
    const urls = ['b', 'c'].map((middle) => `/${'a'.repeat(200)}${middle}${'a'.repeat(200)}`);
    const events = urls.map((url) => {
      const event = eventOf({ agent: '0', location: '', srcip: '', dstuser: '', port: '', header: '', log: '' }, 1);
      return { ...event, statics: staticFields.map((_, index) => (index === slot.url ? url : undefined)) };
    });
    expect(new Set(events.map((event) => division.hashOf(event))).size).toBe(1);
    for (const event of events) queues.add(division, event, past.add(event, rule, 1, 'usual'));
    const found = events.map((event) => queues.find(division, event));
    expect(new Set(found).size).toBe(2);
    expect(found.map((queue) => queues.size(queue))).toEqual([1, 1]);
  });
});
