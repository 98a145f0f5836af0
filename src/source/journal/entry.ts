// One entry of systemd's journal, as journalctl prints it: `-o json --all`. // semantics "journald"

/** Fields that journald itself sets begin with `_`: no sender can choose them. Text as bytes, one character each. */
export interface JournalEntry {
  readonly cursor: string;
  /** Identity of the journal, and the entry's number in it. */
  readonly sequence: { readonly journal: string; readonly number: number };
  /** When journald got it; wall clock, ms. */
  readonly timeMs: number;
  /** The first of the values where a sender gave several. */
  field(name: string): string | undefined;
}

/** Undefined where the line is no entry. */
export function parseEntry(line: string): JournalEntry | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return undefined;
  const members = fields as Readonly<Record<string, unknown>>;
  const field = (name: string): string | undefined =>
    Object.hasOwn(members, name) ? readValue(members[name]) : undefined;
  const cursor = field('__CURSOR');
  const timeMs = Number(field('__REALTIME_TIMESTAMP')) / 1000;
  const sequence = readSequence(cursor ?? '');
  if (cursor === undefined || sequence === undefined || !(timeMs > 0)) return undefined;
  return { cursor, sequence, timeMs, field };
}

/** `s=…;i=…;…`: hexadecimal. */
function readSequence(cursor: string): JournalEntry['sequence'] | undefined {
  const [, journal, number] = /^s=([0-9a-f]{32});i=([0-9a-f]{1,13})(?:;|$)/.exec(cursor) ?? [];
  return journal === undefined || number === undefined ? undefined : { journal, number: Number.parseInt(number, 16) };
}

/** A text; the bytes of one that is not UTF-8, as numbers; several values, as a list of these; null where it was too long. */
function readValue(value: unknown): string | undefined {
  if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('latin1');
  if (!Array.isArray(value)) return undefined;
  return typeof value[0] === 'number' ? Buffer.from(value as number[]).toString('latin1') : readValue(value[0]);
}
