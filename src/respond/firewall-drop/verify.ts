// Whether what was applied drops packets: the element is there, and the table that gives it effect is whole.
import { errorText } from '../../alert/error-text.ts';
import type { Source } from '../address.ts';
import type { Verification } from '../contract.ts';
import type { TableListing } from './nft-listing.ts';
import type { NftWriter } from './nft-writer.ts';
import type { TableReader } from './table-reader.ts';

export async function verifyDrops(
  targets: readonly Source[],
  reader: TableReader,
  writer: NftWriter,
): Promise<readonly Verification[]> {
  if (!areInForce(targets, reader, writer)) return await verifyByTable(targets, reader, writer);
  reader.refresh();
  return targets.map(() => ({ effect: 'effective' }));
}

/** One question for all of them, at a cost that does not grow with what else is in force. False: some are not, or it cannot be told. */
function areInForce(targets: readonly Source[], reader: TableReader, writer: NftWriter): boolean {
  const { ruleHandles } = reader;
  // A prefix is two elements of its set, which the listing puts together.
  if (ruleHandles === undefined || targets.some((target) => target.isPrefix)) return false;
  return writer.areInForce(targets, ruleHandles);
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
    const reason = `the firewall cannot be read: ${errorText(error)}`;
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
