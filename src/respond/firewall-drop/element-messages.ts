// Changes of single addresses, and questions for them, as messages of nf_tables. // <linux/netfilter/nf_tables.h>
import { addressBytes, type Source } from '../address.ts';
import { flag, type NetlinkWriter, nftablesSubsystem } from './netlink-writer.ts';
import { type Change, chainName, groupBySet, type RuleHandles, type SetName, tableName } from './nft-layout.ts';

const typeOf = (message: number): number => (nftablesSubsystem << 8) | message;
const message = {
  getRule: typeOf(7),
  newElement: typeOf(12),
  getElement: typeOf(13),
  deleteElement: typeOf(14),
} as const;

/** NFPROTO_INET. */
const family = 1;
const ruleAttribute = { table: 1, chain: 2, handle: 3 } as const;
const elementListAttribute = { table: 1, set: 2, elements: 3 } as const;
const listItem = 1;
const elementAttribute = { key: 1, timeout: 4 } as const;
const dataValue = 1;

/** Elements of one message: 1,000 of IPv6 with a timeout take 40 kB of the 64 that an attribute can hold. */
export const mostElements = 1000;
/** Each answer takes up about a kilobyte of the socket's 208, whatever its length. */
export const mostQuestions = 100;

/**
 * One transaction, the last message of which is acknowledged, and each that fails. The sources must be single addresses and differ
 * from each other, at most `mostElements` of them. `add X; delete X; add X timeout N`: see elementStatements.
 * @returns the number of acknowledgments where all goes well
 */
export function writeChanges(writer: NetlinkWriter, changes: readonly Change[]): number {
  let acknowledged = 0;
  writer.start();
  writer.transaction(() => {
    for (const [set, mine] of groupBySet(changes, ({ source }) => source)) {
      const added = mine.filter(({ kind }) => kind === 'add');
      const create = flag.request | flag.create;
      writeElements(writer, { type: message.newElement, flags: create, set }, mine.map(withoutTimeout));
      const last = added.length === 0 ? flag.acknowledge : 0;
      writeElements(writer, { type: message.deleteElement, flags: flag.request | last, set }, mine.map(withoutTimeout));
      if (added.length > 0) {
        const flags = create | flag.acknowledge;
        writeElements(writer, { type: message.newElement, flags, set }, added.map(withTimeout));
      }
      acknowledged += 1;
    }
  });
  return acknowledged;
}

/**
 * Asks for each element and for the rule that gives it effect; changes nothing. At most `mostQuestions` sources.
 * @returns the number of acknowledgments where all are there; undefined: the rule of a set is not known
 */
export function writeQuestions(
  writer: NetlinkWriter,
  sources: readonly Source[],
  rules: RuleHandles,
): number | undefined {
  let acknowledged = 0;
  writer.start();
  const flags = flag.request | flag.acknowledge;
  for (const [set, mine] of groupBySet(sources, (source) => source)) {
    const handle = rules.get(set);
    if (handle === undefined) return undefined;
    writer.message({ type: message.getRule, flags, family }, () => {
      writer.text(ruleAttribute.table, tableName);
      writer.text(ruleAttribute.chain, chainName);
      writer.uint64(ruleAttribute.handle, handle);
    });
    const elements = mine.map((source) => ({ source, seconds: undefined }));
    writeElements(writer, { type: message.getElement, flags, set }, elements);
    acknowledged += 2;
  }
  return acknowledged;
}

interface Element {
  readonly source: Source;
  readonly seconds: number | undefined;
}

const withoutTimeout = ({ source }: Change): Element => ({ source, seconds: undefined });
const withTimeout = (change: Change): Element => ({
  source: change.source,
  seconds: change.kind === 'add' ? change.seconds : undefined,
});

function writeElements(
  writer: NetlinkWriter,
  head: { readonly type: number; readonly flags: number; readonly set: SetName },
  elements: readonly Element[],
): void {
  writer.message({ ...head, family }, () => {
    writer.text(elementListAttribute.table, tableName);
    writer.text(elementListAttribute.set, head.set);
    writer.nest(elementListAttribute.elements, () => {
      for (const element of elements) writer.nest(listItem, () => writeElement(writer, element));
    });
  });
}

function writeElement(writer: NetlinkWriter, { source, seconds }: Element): void {
  writer.nest(elementAttribute.key, () => writer.value(dataValue, addressBytes(source)));
  if (seconds !== undefined) writer.uint64(elementAttribute.timeout, seconds * 1000);
}
