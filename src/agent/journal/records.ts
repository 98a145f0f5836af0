// The records of the journal: one JSON object a line, with its checksum before it.
import { crc32 } from 'node:zlib';
import type { CommandId } from '../../fleet/command.ts';
import type { ExecutionState } from '../../fleet/execution.ts';
import type { Held, HeldPatch } from '../held.ts';

/** What became of a command that is over: so that the same id a second time runs nothing. */
export interface Seen {
  readonly id: CommandId;
  /** Wall clock, ms. */
  readonly atMs: number;
  readonly state: ExecutionState;
  readonly program: string;
  readonly keys?: readonly string[];
  readonly reason?: string;
  readonly extended?: CommandId;
}

/** What a change was about, for a person who reads the file. */
export type Step =
  | 'started'
  | 'key'
  | 'applied'
  | 'outcome'
  | 'extended'
  | 'aborted'
  | 'reverting'
  | 'revert failed'
  | 'clock';

export type JournalRecord =
  | { readonly type: 'journal'; readonly version: 1 }
  /** Before anything is done; also what an earlier life left, and what was adopted. */
  | { readonly type: 'intent'; readonly held: Held }
  | {
      readonly type: 'change';
      readonly step: Step;
      readonly id: CommandId;
      readonly state: ExecutionState;
      readonly patch: HeldPatch;
    }
  /** Its last: reverted, completed, rejected … */
  | { readonly type: 'seen'; readonly seen: Seen }
  | { readonly type: 'offence'; readonly key: string; readonly count: number };

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

export function encodeRecord(record: JournalRecord): string {
  const text = JSON.stringify(record);
  return `${checksum(text)} ${text}\n`;
}

/** Undefined where the line is not what was written. */
function decodeLine(line: string): JournalRecord | undefined {
  const text = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(text)) return undefined;
  // The checksum holds, so this is what encodeRecord wrote.
  return JSON.parse(text) as JournalRecord;
}

export interface DecodedJournal {
  readonly records: readonly JournalRecord[];
  /** Lines that could not be read. */
  readonly damaged: number;
  /** Its first record is missing: it was emptied, or its beginning is lost. Every journal is begun whole. */
  readonly headless: boolean;
}

export function decodeJournal(bytes: Uint8Array): DecodedJournal {
  const records: JournalRecord[] = [];
  let damaged = 0;
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    if (line === '') continue;
    const record = decodeLine(line);
    if (record === undefined) damaged += 1;
    else records.push(record);
  }
  return { records, damaged, headless: records[0]?.type !== 'journal' };
}
