// The fields of an event: fourteen static slots, and dynamic ones in the order found. // spec ruleset §5.4

/** In the order in which alerts print them. // spec ruleset §9.6 */
export const staticFields = [
  'protocol',
  'action',
  'srcip',
  'srcport',
  'srcuser',
  'dstip',
  'dstport',
  'dstuser',
  'id',
  'status',
  'url',
  'data',
  'extra_data',
  'system_name',
] as const;

export type StaticField = (typeof staticFields)[number];

/** Index of each static field in `Event.statics`. */
export const slot: Readonly<Record<StaticField, number>> = {
  protocol: 0,
  action: 1,
  srcip: 2,
  srcport: 3,
  srcuser: 4,
  dstip: 5,
  dstport: 6,
  dstuser: 7,
  id: 8,
  status: 9,
  url: 10,
  data: 11,
  extra_data: 12,
  system_name: 13,
};

const slots: ReadonlyMap<string, number> = new Map(Object.entries(slot));

/** The slot of a static field; undefined for a dynamic name. `user` is not among them. */
export function slotOf(name: string): number | undefined {
  return slots.get(name);
}

/** Most dynamic fields that one event keeps. */
export const dynamicLimit = 256;
