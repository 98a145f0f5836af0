// The fields of `<fts>`. // spec ruleset §5.1, §7.4
import type { Position } from '../../config/position.ts';
import { slot } from '../fields.ts';
import { foldAscii } from '../patterns/expression.ts';
import type { Report } from '../report.ts';
import type { FieldTarget, FirstSeenFields } from './decoder.ts';

const knownSlots: Readonly<Record<string, number>> = {
  srcuser: slot.srcuser,
  dstuser: slot.dstuser,
  user: slot.dstuser,
  srcip: slot.srcip,
  dstip: slot.dstip,
  id: slot.id,
  data: slot.data,
  // Listing extra_data selects data, as in the original.
  extra_data: slot.data,
  system_name: slot.system_name,
};

export function readFirstSeen(
  text: string,
  order: readonly FieldTarget[],
  position: Position,
  report: Report,
): FirstSeenFields {
  const slots = new Set<number>();
  const dynamic: string[] = [];
  let name = false;
  let location = false;
  for (const piece of text.split(',')) {
    const field = piece.replace(/^ +/, '').replace(/ .*$/s, '');
    const known = knownSlots[field];
    if (field === 'name') name = true;
    else if (field === 'location') location = true;
    else if (known !== undefined) slots.add(known);
    else if (order.some((target) => target.slot < 0 && target.name === field)) dynamic.push(foldAscii(field));
    else if (order.length === 0) report.warn(position, `<fts> names "${field}", which is no field of the decoder.`);
    else report.error(position, `<fts> names "${field}", which the decoder's <order> does not.`);
  }
  return { name, location, slots, dynamic };
}
