// The lists that composite rules look into, and the keys by which each list is divided.
import type { CorrelationOptions, CorrelationSource } from './rule.ts';

/** What all entries of one division share: an event looks only at entries of its own key. */
export interface DivisionKey {
  /** Its place in `keys`: lists that are divided alike share the key. */
  readonly id: number;
  readonly agent: boolean;
  readonly slots: readonly number[];
  readonly location: boolean;
  readonly dynamic: readonly string[];
}

export class CorrelationLists {
  /** Per list, the keys by which it is divided. */
  readonly divisions: DivisionKey[][] = [];
  readonly keys: DivisionKey[] = [];

  create(): number {
    this.divisions.push([]);
    return this.divisions.length - 1;
  }

  /** The list, divided by what the options demand to be equal. */
  sourceOf(list: number, options: CorrelationOptions): CorrelationSource {
    const divisions = this.divisions[list];
    if (divisions === undefined) return { kind: 'nothing' };
    const key = this.keyOf(options);
    let index = divisions.indexOf(key);
    if (index < 0) index = divisions.push(key) - 1;
    return { kind: 'list', list, index };
  }

  private keyOf(options: CorrelationOptions): DivisionKey {
    const demands = {
      agent: !options.globalFrequency,
      slots: options.sameSlots,
      location: options.sameLocation,
      dynamic: options.sameDynamic,
    };
    const text = JSON.stringify(demands);
    const known = this.keys.find(({ id, ...others }) => JSON.stringify(others) === text);
    if (known !== undefined) return known;
    const key = { id: this.keys.length, ...demands };
    this.keys.push(key);
    return key;
  }
}
