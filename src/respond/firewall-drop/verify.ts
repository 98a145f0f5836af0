// Whether what was applied drops packets: the element is there, and the table that gives it effect is whole.
import type { Source } from '../address.ts';
import type { Verification } from '../contract.ts';
import type { TableListing } from './nft-listing.ts';
import type { NftWriter } from './nft-writer.ts';
import type { TableReader } from './table-reader.ts';

/** More are asked by reading the whole table. */
const fewTargets = 8;

export async function verifyDrops(
  targets: readonly Source[],
  reader: TableReader,
  writer: NftWriter,
): Promise<readonly Verification[]> {
  return (await verifyFew(targets, reader, writer)) ?? verifyByTable(targets, reader, writer);
}

/** One question each, where the table was sound a moment ago; undefined where that does not do. */
async function verifyFew(
  targets: readonly Source[],
  reader: TableReader,
  writer: NftWriter,
): Promise<Verification[] | undefined> {
  if (!reader.wasSound || targets.length > fewTargets || targets.some((target) => target.isPrefix)) return undefined;
  const answers = await Promise.all(targets.map((target) => writer.isPresent(target)));
  if (answers.includes(undefined)) return undefined;
  return targets.map((target, at) => verificationOf(target, answers[at] === true));
}

async function verifyByTable(
  targets: readonly Source[],
  reader: TableReader,
  writer: NftWriter,
): Promise<Verification[]> {
  let table: TableListing;
  try {
    table = await reader.read();
  } catch (error) {
    const reason = `the firewall cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return targets.map(() => ({ effect: 'absent', reason }));
  }
  const { fault } = table;
  if (fault !== undefined) {
    writer.distrustLayout();
    return targets.map(() => ({ effect: 'absent', reason: fault }));
  }
  return targets.map((target) => verificationOf(target, table.elements.has(target.text)));
}

function verificationOf(target: Source, present: boolean): Verification {
  return present ? { effect: 'effective' } : { effect: 'absent', reason: `${target.text} is not in the table` };
}
