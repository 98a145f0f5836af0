// Two rulesets, line by line: where they agree, and where not. Memory is bounded by the number of rules, not of lines.
import type { LogtestResult } from '../logtest-result.ts';

/** What one ruleset makes of a line. */
export interface Verdict {
  /** Empty: no rule fires. */
  readonly rule: string;
  readonly level: number;
  readonly decoder: string;
  readonly groups: readonly string[];
  /** Its level is one at which alerts are written. */
  readonly alerts: boolean;
}

export const aspects = ['rule', 'level', 'decoder', 'groups'] as const;
export type Aspect = (typeof aspects)[number];

export interface Example {
  /** Bytes as latin1, cut. */
  readonly line: string;
  readonly here: Verdict;
  readonly there: Verdict;
}

/** Of one rule id. */
export interface RuleRow {
  readonly id: string;
  /** Lines on which it fires. */
  readonly here: number;
  readonly there: number;
  /** Of those, lines of which both say the same. */
  readonly same: number;
  readonly differ: number;
  readonly examples: readonly Example[];
}

/** Lines on which one ruleset alone alerts, by its rule. */
export interface LoneAlerts {
  readonly lines: number;
  readonly rules: readonly { readonly id: string; readonly lines: number; readonly examples: readonly Example[] }[];
}

export interface Comparison {
  readonly lines: number;
  /** Lines of which both say the same. */
  readonly same: number;
  /** In how many lines each of these differs. */
  readonly differ: Readonly<Record<Aspect, number>>;
  /** By id. */
  readonly rules: readonly RuleRow[];
  readonly onlyHere: LoneAlerts;
  readonly onlyThere: LoneAlerts;
}

const mostExamples = 3;
const mostShown = 500;

interface Row {
  here: number;
  there: number;
  same: number;
  differ: number;
  readonly examples: Example[];
}

interface Lone {
  lines: number;
  readonly examples: Example[];
}

export function verdictOf({ rule, decoder, alert }: LogtestResult): Verdict {
  return {
    rule: rule?.id ?? '',
    level: rule?.level ?? 0,
    decoder: decoder.name ?? '',
    groups: rule?.groups ?? [],
    alerts: alert,
  };
}

export class Tally {
  private lines = 0;
  private same = 0;
  private readonly differ: Record<Aspect, number> = { rule: 0, level: 0, decoder: 0, groups: 0 };
  private readonly rows = new Map<string, Row>();
  private readonly onlyHere = new Map<string, Lone>();
  private readonly onlyThere = new Map<string, Lone>();

  add(line: string, here: Verdict, there: Verdict): void {
    this.lines += 1;
    const different = aspects.filter((aspect) => !isSame(here, there, aspect));
    for (const aspect of different) this.differ[aspect] += 1;
    const isEqual = different.length === 0;
    if (isEqual) this.same += 1;
    const example = (): Example => ({ line: line.slice(0, mostShown), here, there });
    if (here.rule !== '') this.rowOf(here.rule).here += 1;
    if (there.rule !== '') this.rowOf(there.rule).there += 1;
    for (const id of here.rule === there.rule ? [here.rule] : [here.rule, there.rule]) {
      if (id === '') continue;
      const row = this.rowOf(id);
      if (isEqual) row.same += 1;
      else row.differ += 1;
      if (!isEqual && row.examples.length < mostExamples) row.examples.push(example());
    }
    if (here.alerts && !there.alerts) noteLone(this.onlyHere, here.rule, example);
    if (there.alerts && !here.alerts) noteLone(this.onlyThere, there.rule, example);
  }

  private rowOf(id: string): Row {
    let row = this.rows.get(id);
    if (row === undefined) {
      row = { here: 0, there: 0, same: 0, differ: 0, examples: [] };
      this.rows.set(id, row);
    }
    return row;
  }

  result(): Comparison {
    return {
      lines: this.lines,
      same: this.same,
      differ: { ...this.differ },
      rules: [...this.rows].map(([id, row]) => ({ id, ...row })).sort(byId),
      onlyHere: listLone(this.onlyHere),
      onlyThere: listLone(this.onlyThere),
    };
  }
}

function isSame(here: Verdict, there: Verdict, aspect: Aspect): boolean {
  if (aspect !== 'groups') return here[aspect] === there[aspect];
  return here.groups.length === there.groups.length && here.groups.every((group, at) => group === there.groups[at]);
}

function noteLone(all: Map<string, Lone>, rule: string, example: () => Example): void {
  const lone = all.get(rule) ?? { lines: 0, examples: [] };
  lone.lines += 1;
  if (lone.examples.length < mostExamples) lone.examples.push(example());
  all.set(rule, lone);
}

function listLone(all: ReadonlyMap<string, Lone>): LoneAlerts {
  const rules = [...all].map(([id, lone]) => ({ id, ...lone })).sort(byId);
  return { lines: rules.reduce((sum, { lines }) => sum + lines, 0), rules };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return Number(a.id) - Number(b.id);
}
