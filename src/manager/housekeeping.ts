// What a service does every minute beside its work: it looks at the host's addresses again and forgets old history.
import { errorText } from '../alert/error-text.ts';
import type { Store } from '../store/store.ts';
import type { Clock, Timer } from '../system/clock.ts';
import type { Protection } from './protection.ts';

export interface HousekeepingDeps {
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  readonly store: Pick<Store, 'prune'>;
  readonly protection: Pick<Protection, 'refresh'>;
  /** Writes what a full disk has kept back. */
  readonly flushLogs: () => void;
  readonly saveVolume: () => void;
  readonly onFailure: (message: string) => void;
}

const intervalMs = 60_000;
const keptMs = 90 * 86_400_000;
const keptRows = 1_000_000;

/** Runs each minute until it is stopped. History is kept for 90 days and a million decisions. */
export function startHousekeeping({ clock, store, protection, flushLogs, saveVolume, onFailure }: HousekeepingDeps): {
  stop(): void;
} {
  let timer: Timer;
  const turn = (): void => {
    try {
      protection.refresh();
      flushLogs();
      saveVolume();
      // One slice a minute: a large backlog must not hold up an answer.
      store.prune({ nowMs: clock.nowMs(), maxAgeMs: keptMs, maxRows: keptRows });
    } catch (error) {
      onFailure(`housekeeping failed, trying again in a minute: ${errorText(error)}`);
    }
    arm();
  };
  const arm = (): void => {
    timer = clock.after(intervalMs, turn);
  };
  arm();
  return { stop: () => timer.cancel() };
}
