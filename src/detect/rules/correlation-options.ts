// `same_…`, `different_…`, `global_frequency`: what stored events must share with the current one. // spec ruleset §8.4
import type { DialectElement } from '../../config/dialect.ts';
import { slotOf } from '../fields.ts';
import { foldAscii } from '../patterns/expression.ts';
import type { Report } from '../report.ts';
import type { CorrelationOptions } from './rule.ts';

const aliases: Readonly<Record<string, string>> = {
  source_ip: 'srcip',
  src_port: 'srcport',
  dst_port: 'dstport',
  user: 'dstuser',
};

const common = [
  'srcip',
  'id',
  'dstip',
  'srcport',
  'src_port',
  'dstport',
  'dst_port',
  'protocol',
  'action',
  'url',
].concat([
  'data',
  'extra_data',
  'status',
  'system_name',
  'srcgeoip',
  'dstgeoip',
  'srcuser',
  'user',
  'location',
  'field',
]);
const known: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['same', new Set([...common, 'source_ip', 'agent'])],
  ['different', new Set(common)],
  ['not_same', new Set(['source_ip', 'id', 'user', 'field', 'agent'])],
]);

export class CorrelationDraft implements CorrelationOptions {
  globalFrequency = false;
  readonly sameSlots: number[] = [];
  readonly differentSlots: number[] = [];
  sameLocation = false;
  differentLocation = false;
  readonly sameDynamic: string[] = [];
  readonly differentDynamic: string[] = [];
}

/** True where the element is an option of correlation. */
export function readCorrelationOption(draft: CorrelationDraft, option: DialectElement, report: Report): boolean {
  const name = option.name.toLowerCase();
  if (name === 'global_frequency') {
    draft.globalFrequency = true;
    return true;
  }
  const parts = /^(same|different|not_same)_(.+)$/.exec(name);
  const [, relation = '', written = ''] = parts ?? [];
  if (known.get(relation)?.has(written) !== true) return false;
  const same = relation === 'same';
  const field = aliases[written] ?? written;
  if (field === 'agent') report.warn(option.position, `<${name}> has no effect any more and is ignored.`);
  else if (field === 'location') {
    if (same) draft.sameLocation = true;
    else draft.differentLocation = true;
  } else if (field === 'field') addDynamic(same ? draft.sameDynamic : draft.differentDynamic, option.content);
  else if (field === 'srcgeoip' || field === 'dstgeoip') addGeo(draft, same);
  else return addSlot(same ? draft.sameSlots : draft.differentSlots, field);
  return true;
}

/** Names of no field, so the condition never holds (same) or always (different): no GeoIP here. */
function addGeo(draft: CorrelationDraft, same: boolean): void {
  if (same) draft.sameDynamic.push('');
}

function addDynamic(names: string[], content: string): void {
  for (const name of content.split(',')) {
    const folded = foldAscii(name.trim());
    if (folded !== '' && !names.includes(folded)) names.push(folded);
  }
}

function addSlot(slots: number[], field: string): boolean {
  const index = slotOf(field);
  if (index === undefined) return false;
  if (!slots.includes(index)) slots.push(index);
  return true;
}

/** The slots in an order that does not depend on how the rule was written. */
export function finishCorrelation(draft: CorrelationDraft): CorrelationOptions {
  draft.sameSlots.sort((a, b) => a - b);
  draft.sameDynamic.sort();
  return draft;
}
