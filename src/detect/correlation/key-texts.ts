// What an event must share with others, as text; made once per event and key, however many rules and lists ask.
import type { Event } from '../event.ts';
import type { DivisionKey } from '../rules/correlation-lists.ts';

export class KeyTexts {
  private readonly known: (string | undefined)[];
  private readonly isKnown: Uint8Array;
  private event: Event | undefined;

  constructor(keys: number) {
    this.known = new Array(keys).fill(undefined);
    this.isKnown = new Uint8Array(keys);
  }

  /** Undefined where the event lacks a field. Its fields must not change between two questions about it. */
  of(event: Event, key: DivisionKey): string | undefined {
    if (event !== this.event) {
      this.event = event;
      this.isKnown.fill(0);
    }
    if (this.isKnown[key.id] === 0) {
      this.isKnown[key.id] = 1;
      this.known[key.id] = textOf(event, key);
    }
    return this.known[key.id];
  }
}

/** Lengths keep values that contain a separator apart. */
function textOf(event: Event, key: DivisionKey): string | undefined {
  let text = key.agent ? event.agentId : '';
  for (const index of key.slots) {
    const value = event.statics[index];
    if (value === undefined) return undefined;
    text += `|${value.length}:${value}`;
  }
  if (key.location) text += `|${event.location.length}:${event.location}`;
  for (const name of key.dynamic) {
    const value = event.findDynamic(name);
    if (value === undefined) return undefined;
    text += `|${value.length}:${value}`;
  }
  return text;
}
