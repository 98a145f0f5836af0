// One way in which a list is divided: what an earlier event must share with the one under analysis for a rule to look at it.
import type { DivisionKey } from '../rules/correlation-lists.ts';
import { type ComparedEvent, dynamicOf } from './compared-event.ts';
import type { PastEvents } from './past-events.ts';

export class Division {
  /** Unlike that of any other division of a memory. */
  readonly number: number;
  private readonly key: DivisionKey;
  private readonly seed: number;

  /** `seed`: 32 bits that nobody who writes logs can know, so that nobody can make values that collide. */
  constructor(number: number, key: DivisionKey, seed: number) {
    this.number = number;
    this.key = key;
    this.seed = Math.imul(seed ^ number, prime);
  }

  /** Of what must be shared, 32 bits; undefined where the event lacks a field of it. */
  hashOf(event: ComparedEvent): number | undefined {
    const { agent, slots, location, dynamic } = this.key;
    let hash = agent ? addText(this.seed, event.agentId) : this.seed;
    for (let index = 0; index < slots.length; index++) {
      const value = event.statics[slots[index] ?? 0];
      if (value === undefined) return undefined;
      hash = addText(hash, value);
    }
    if (location) hash = addText(hash, event.location);
    for (let index = 0; index < dynamic.length; index++) {
      const value = dynamicOf(event, dynamic[index] ?? '');
      if (value === undefined) return undefined;
      hash = addText(hash, value);
    }
    return hash ^ (hash >>> 15);
  }

  isShared(event: ComparedEvent, past: PastEvents, place: number): boolean {
    const { agent, slots, location, dynamic } = this.key;
    if (agent && event.agentId !== past.agentId(place)) return false;
    if (location && event.location !== past.location(place)) return false;
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index] ?? 0;
      if (!past.hasStatic(place, slot, event.statics[slot] ?? '')) return false;
    }
    return dynamic.every((name) => dynamicOf(event, name) === past.dynamic(place, name));
  }
}

const prime = 0x01000193;
/** Of a longer text the beginning, the end and the length are looked at. */
const mostHashed = 64;

/** FNV-1a; a text is told from the one after it by its length. */
function addText(before: number, text: string): number {
  const { length } = text;
  let hash = Math.imul(before ^ length, prime);
  const beginning = Math.min(length, mostHashed);
  for (let index = 0; index < beginning; index++) hash = Math.imul(hash ^ text.charCodeAt(index), prime);
  for (let index = Math.max(beginning, length - mostHashed); index < length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), prime);
  }
  return hash;
}
