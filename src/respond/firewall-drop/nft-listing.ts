// Reads the table back as nft lists it: whether it still drops, and what it drops for how long.
import { parseSource, type Source } from '../address.ts';
import type { Host } from '../contract.ts';
import { chainName, chainPriority, type RuleHandles, type SetName, sets, tableName } from './nft-layout.ts';
import { listJson } from './nft-run.ts';

export interface TableListing {
  readonly exists: boolean;
  /** Why the table does not drop what is in it; undefined where it does. */
  readonly fault: string | undefined;
  readonly elements: ReadonlyMap<string, Element>;
  readonly ruleHandles: RuleHandles;
}

export interface Element {
  readonly source: Source;
  /** At least 1; null: without a timeout, the kernel will never lift it. */
  readonly remainingSeconds: number | null;
}

type Json = Record<string, unknown>;

/** Throws where nft cannot be asked; a missing table is a listing with a fault. */
export async function readTable(host: Host): Promise<TableListing> {
  const listing = await listJson(host, ['table', 'inet', tableName]);
  if (listing.ok) return parseTable(listing.value);
  if (/No such file or directory/.test(listing.error)) return parseTable({});
  throw new Error(listing.error);
}

/** From `nft -j list table`. Elements that are no address or prefix are not ours and left out. */
export function parseTable(value: unknown): TableListing {
  const items = arrayOf(objectOf(value).nftables).map(objectOf);
  const elements = new Map<string, Element>();
  for (const item of items) {
    for (const raw of arrayOf(objectOf(item.set).elem)) {
      const element = parseElement(raw);
      if (element !== undefined) elements.set(element.source.text, element);
    }
  }
  return {
    exists: items.some((item) => 'table' in item),
    fault: findFault(items),
    elements,
    ruleHandles: findRuleHandles(items),
  };
}

function findRuleHandles(items: readonly Json[]): RuleHandles {
  const handles = new Map<SetName, number>();
  for (const item of items) {
    const { expr, handle } = objectOf(item.rule);
    const set = droppingSet(expr);
    if (set !== undefined && typeof handle === 'number') handles.set(set, handle);
  }
  return handles;
}

function findFault(items: readonly Json[]): string | undefined {
  const named = (kind: string) => items.filter((item) => kind in item).map((item) => objectOf(item[kind]));
  const [table] = named('table');
  if (table === undefined) return 'the table is not there';
  // The one flag of a table is dormant; nft 1.0.6 prints it wrongly.
  if ('flags' in table) return 'the table is dormant';
  const chain = named('chain').find((candidate) => candidate.name === chainName);
  if (chain === undefined) return `the chain ${chainName} is missing`;
  if (chain.hook !== 'prerouting' || chain.prio !== chainPriority) {
    return `the chain ${chainName} is not hooked where it was`;
  }
  const present = named('set');
  const lost = sets.find((set) => !present.some((each) => each.name === set.name && each.type === set.type));
  if (lost !== undefined) return `the set ${lost.name} is missing`;
  return findRuleFault(named('rule').filter((rule) => rule.chain === chainName));
}

/** Any other rule may accept before ours drop. */
function findRuleFault(rules: readonly Json[]): string | undefined {
  const drops = rules.map((rule) => droppingSet(rule.expr));
  const missing = sets.find((set) => !drops.includes(set.name));
  if (missing !== undefined) return `the rule that drops ${missing.name} is missing`;
  return drops.includes(undefined) ? `a rule of somebody else is in the chain ${chainName}` : undefined;
}

/** The set whose sources a rule drops, where it is one of ours. */
function droppingSet(expressions: unknown): SetName | undefined {
  const [match, verdict, ...more] = arrayOf(expressions).map(objectOf);
  const condition = objectOf(match?.match);
  const payload = objectOf(objectOf(condition.left).payload);
  const set = sets.find((candidate) => condition.right === `@${candidate.name}`);
  const sound =
    more.length === 0 &&
    verdict !== undefined &&
    'drop' in verdict &&
    condition.op === '==' &&
    payload.field === 'saddr' &&
    payload.protocol === set?.protocol;
  return sound ? set?.name : undefined;
}

function parseElement(raw: unknown): Element | undefined {
  const inner = objectOf(objectOf(raw).elem);
  const timed = 'val' in inner;
  const source = parseValue(timed ? inner.val : raw);
  if (source === undefined) return undefined;
  const expires = timed ? inner.expires : undefined;
  return { source, remainingSeconds: typeof expires === 'number' ? Math.max(1, expires) : null };
}

function parseValue(value: unknown): Source | undefined {
  if (typeof value === 'string') return parseSource(value);
  const prefix = objectOf(objectOf(value).prefix);
  return parseSource(`${prefix.addr}/${prefix.len}`);
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function arrayOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
