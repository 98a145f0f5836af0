// The lists that composite rules look into, and the keys by which each list is divided.
import type { CorrelationOptions, CorrelationSource } from './rule.ts';

/** What all entries of one division share: an event looks only at entries of its own key. */
export interface DivisionKey {
  readonly agent: boolean;
  readonly slots: readonly number[];
  readonly location: boolean;
  readonly dynamic: readonly string[];
}

export class CorrelationLists {
  /** Per list, the keys by which it is divided. */
  readonly divisions: DivisionKey[][] = [];
  /** Lists whose rules compare dynamic fields. */
  private readonly comparing = new Set<number>();

  comparesDynamic(list: number): boolean {
    return this.comparing.has(list);
  }

  create(): number {
    this.divisions.push([]);
    return this.divisions.length - 1;
  }

  /** The list, divided by what the options demand to be equal. */
  sourceOf(list: number, options: CorrelationOptions): CorrelationSource {
    const divisions = this.divisions[list];
    if (divisions === undefined) return { kind: 'nothing' };
    if (options.sameDynamic.length > 0 || options.differentDynamic.length > 0) this.comparing.add(list);
    const key = keyOf(options);
    const text = JSON.stringify(key);
    let index = divisions.findIndex((other) => JSON.stringify(other) === text);
    if (index < 0) index = divisions.push(key) - 1;
    return { kind: 'list', list, index };
  }
}

function keyOf(options: CorrelationOptions): DivisionKey {
  const { sameSlots: slots, sameLocation: location, sameDynamic: dynamic } = options;
  return { agent: !options.globalFrequency, slots, location, dynamic };
}
