// Which of many sibling rules can hold for an event at all: rules whose text is not in the log, or not in the field that they ask for, or that ask
// for a field that is not there, need not be tried.
import type { Event } from '../event.ts';
import { LiteralIndex } from '../literal-index.ts';
import type { Rule } from './rule.ts';

/** Siblings that ask for the same field, or for texts of the log. */
interface Group {
  /** Undefined: the log. */
  readonly field: string | undefined;
  /** Undefined where none of them asks for a text, or too few do. */
  readonly literals: LiteralIndex | undefined;
  /** The event at hand does not have the field. */
  isAbsent: boolean;
}

/** What one sibling asks for, by the most telling of its conditions. */
interface Need {
  readonly field: string | undefined;
  readonly texts: readonly string[] | undefined;
}

/** Below this many siblings, trying each is quicker. */
const worthwhile = 4;

export class SiblingIndex {
  private readonly groups: readonly Group[];
  /** By sibling; -1 where nothing can be said. */
  private readonly groupOf: Int16Array;

  private constructor(needs: readonly (Need | undefined)[]) {
    const fields = [...new Set(needs.flatMap((need) => (need === undefined ? [] : [need.field])))];
    this.groups = fields.map((field) => ({
      field,
      literals: LiteralIndex.of(
        needs.map((need) => (need !== undefined && need.field === field ? need.texts : undefined)),
      ),
      isAbsent: false,
    }));
    this.groupOf = Int16Array.from(needs, (need) => (need === undefined ? -1 : fields.indexOf(need.field)));
  }

  /** Undefined where it would not be worth it. */
  static of(rules: readonly Rule[]): SiblingIndex | undefined {
    if (rules.length < worthwhile) return undefined;
    const needs = rules.map(needOf);
    const index = new SiblingIndex(needs);
    return index.groups.some(({ field, literals }) => field !== undefined || literals !== undefined)
      ? index
      : undefined;
  }

  /** Looks at an event; `mayHold` answers for that of the last call. */
  scan(event: Event): void {
    for (const group of this.groups) {
      const subject = group.field === undefined ? event.subject : event.dynamicSubject(group.field);
      group.isAbsent = subject === undefined;
      if (subject !== undefined && group.literals !== undefined) group.literals.scan(subject.folded);
    }
  }

  /** False: the sibling lacks what it asks for. */
  mayHold(sibling: number): boolean {
    const group = this.groups[this.groupOf[sibling] ?? -1];
    if (group === undefined) return true;
    return !group.isAbsent && group.literals?.mayHold(sibling) !== false;
  }
}

function needOf({ definition }: Rule): Need | undefined {
  let best: Need | undefined;
  for (const { field, texts } of definition.conditions) {
    if (field === undefined && texts === undefined) continue;
    const need = { field, texts };
    if (best === undefined || shortest(need.texts) > shortest(best.texts)) best = need;
  }
  return best;
}

function shortest(texts: readonly string[] | undefined): number {
  return texts === undefined ? 0 : Math.min(...texts.map((text) => text.length));
}
