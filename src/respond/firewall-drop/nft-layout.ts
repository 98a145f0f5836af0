// The table that firewall-drop keeps in nftables, and the statements that fill it. Idioms of nft 1.0.6 and Linux 5.10.
import type { Source } from '../address.ts';

export const tableName = 'riposte';
export const chainName = 'drop-sources';

/**
 * Before connection tracking (-200) and address translation: one lookup per packet stops new and established sessions, to this
 * host and forwarded through it. No accept of another chain can undo a drop. After defragmentation (-400).
 */
export const chainPriority = -310;

/** Single addresses are a hash; an interval set makes each add cost O(n), so it holds prefixes only. */
export const sets = [
  { name: 'addresses4', type: 'ipv4_addr', protocol: 'ip', flags: ['timeout'] },
  { name: 'addresses6', type: 'ipv6_addr', protocol: 'ip6', flags: ['timeout'] },
  { name: 'prefixes4', type: 'ipv4_addr', protocol: 'ip', flags: ['interval', 'timeout'] },
  { name: 'prefixes6', type: 'ipv6_addr', protocol: 'ip6', flags: ['interval', 'timeout'] },
] as const;

export type SetName = (typeof sets)[number]['name'];

/** Of the rule that drops the sources of a set. The kernel gives a rule that is made anew, or replaced, another one. */
export type RuleHandles = ReadonlyMap<SetName, number>;

/** What is to become of one source. seconds: from 1 to the longest timeout. */
export type Change =
  | { readonly kind: 'add'; readonly source: Source; readonly seconds: number }
  | { readonly kind: 'remove'; readonly source: Source };

/** Brings the table to its shape in one transaction and leaves the elements; also wakes a dormant table. */
export function layoutStatements(): string[] {
  return [
    `add table inet ${tableName}`,
    ...sets.map((set) => `add set inet ${tableName} ${set.name} { type ${set.type}; flags ${set.flags.join(', ')}; }`),
    `add chain inet ${tableName} ${chainName} { type filter hook prerouting priority ${chainPriority}; policy accept; }`,
    `flush chain inet ${tableName} ${chainName}`,
    ...sets.map((set) => `add rule inet ${tableName} ${chainName} ${set.protocol} saddr @${set.name} drop`),
  ];
}

export const deleteTableStatement = `delete table inet ${tableName}`;

/** For a table that somebody gave another shape. `add` first: a delete of what is missing would fail the transaction. */
export function recreateStatements(): string[] {
  return [`add table inet ${tableName}`, deleteTableStatement, ...layoutStatements()];
}

/**
 * One transaction's worth. The sources must differ from each other. `add X; delete X` makes the delete valid whether X was there or
 * not; the add after it sets the timeout, which a plain add does not change on kernels before 6.12.
 */
export function elementStatements(changes: readonly Change[]): string[] {
  return groupBySet(changes, (change) => change.source).flatMap(([name, mine]) => {
    const all = mine.map((change) => change.source.text).join(', ');
    const timed = mine
      .flatMap((change) =>
        change.kind === 'add' ? [`${change.source.text} timeout ${durationText(change.seconds)}`] : [],
      )
      .join(', ');
    return [
      `add element inet ${tableName} ${name} { ${all} }`,
      `delete element inet ${tableName} ${name} { ${all} }`,
      ...(timed === '' ? [] : [`add element inet ${tableName} ${name} { ${timed} }`]),
    ];
  });
}

/** In the order in which they first come. */
export function groupBySet<Item>(items: readonly Item[], sourceOf: (item: Item) => Source): [SetName, Item[]][] {
  const groups = new Map<SetName, Item[]>();
  for (const item of items) {
    const name = setOf(sourceOf(item));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups];
}

/** Fails where the source is not in its set. */
export function deleteStatement(source: Source): string {
  return `delete element inet ${tableName} ${setOf(source)} { ${source.text} }`;
}

/** nft reads at most eight digits before a unit, so long times are written in days. */
function durationText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds % 86_400;
  if (days === 0) return `${rest}s`;
  return rest === 0 ? `${days}d` : `${days}d${rest}s`;
}

function setOf(source: Source): SetName {
  if (source.family === 4) return source.isPrefix ? 'prefixes4' : 'addresses4';
  return source.isPrefix ? 'prefixes6' : 'addresses6';
}
