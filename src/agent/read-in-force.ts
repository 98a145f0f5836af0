// What the journal says is in force, for a reader that must not touch it: the command line while no service runs.
import type { Execution } from '../fleet/execution.ts';
import type { Clock } from '../system/clock.ts';
import type { FileLayer } from '../system/files.ts';
import { type Held, viewHeld } from './held.ts';
import { decodeJournal } from './journal/records.ts';
import { isInForce } from './state.ts';

export interface JournalView {
  readonly journalPath: string;
  readonly agentId: string;
  readonly files: Pick<FileLayer, 'read'>;
  readonly clock: Clock;
  readonly bootId: string;
}

/** Empty where there is no journal yet. Damaged lines are passed over here: the next start tells of them. */
export async function readInForce(view: JournalView): Promise<readonly Execution[]> {
  const bytes = await view.files.read(view.journalPath);
  if (bytes === undefined) return [];
  const held = new Map<string, Held>();
  for (const record of decodeJournal(bytes).records) {
    if (record.type === 'intent') held.set(record.held.message.id, record.held);
    else if (record.type === 'seen') held.delete(record.seen.id);
    else if (record.type === 'change') {
      const known = held.get(record.id);
      if (known !== undefined) Object.assign(known, record.patch, { state: record.state });
    }
  }
  return [...held.values()]
    .filter(({ state }) => isInForce(state))
    .map((one) => viewHeld(one, view.agentId, view.clock, view.bootId));
}
