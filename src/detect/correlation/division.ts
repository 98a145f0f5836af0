// The events of one list, divided by what must be equal: a rule looks at events of the same division only.
import type { DivisionKey } from '../rules/correlation-lists.ts';
import { Entries } from './entries.ts';
import { type ComparedEvent, dynamicOf, type PastEvent } from './past-event.ts';

export class Division {
  readonly key: DivisionKey;
  /** By agent (or '' where agents do not count), then by what else must be equal. */
  private readonly agents = new Map<string, Map<string, Entries>>();

  constructor(key: DivisionKey) {
    this.key = key;
  }

  /** Undefined where the event lacks a field that must be equal. */
  add(event: PastEvent): Entries | undefined {
    const key = sharedText(event, this.key);
    if (key === undefined) return undefined;
    const home = this.homeFor(event);
    const known = home.get(key);
    if (known !== undefined) {
      known.push(event);
      return known;
    }
    const entries = new Entries(home, key, event);
    home.set(key, entries);
    return entries;
  }

  /** The entries that share with the event what this division demands. */
  find(event: ComparedEvent): Entries | undefined {
    const key = sharedText(event, this.key);
    return key === undefined ? undefined : this.agents.get(this.key.agent ? event.agentId : '')?.get(key);
  }

  private homeFor(event: PastEvent): Map<string, Entries> {
    const agent = this.key.agent ? event.agentId : '';
    let home = this.agents.get(agent);
    if (home === undefined) {
      home = new Map();
      this.agents.set(agent, home);
    }
    return home;
  }
}

/** One field, which is the common case, stands for itself; of several, lengths keep values apart that contain a separator. */
function sharedText(event: ComparedEvent, key: DivisionKey): string | undefined {
  if (key.isOneSlot) return event.statics[key.slots[0] ?? 0];
  let text = '';
  for (const index of key.slots) {
    const value = event.statics[index];
    if (value === undefined) return undefined;
    text += `|${value.length}:${value}`;
  }
  if (key.location) text += `|${event.location.length}:${event.location}`;
  for (const name of key.dynamic) {
    const value = dynamicOf(event, name);
    if (value === undefined) return undefined;
    text += `|${value.length}:${value}`;
  }
  return text;
}
