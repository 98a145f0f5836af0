// Taking back: on time, by hand, or because the outcome is not known; tried again until it is done.
import type { Execution } from '../fleet/execution.ts';
import { Agenda } from './agenda.ts';
import type { Core } from './core.ts';
import { effectName, type Held } from './held.ts';
import type { Responder } from './responder.ts';
import { isFinal } from './state.ts';

const longestPauseMs = 300_000;

/** 1 s, 2, 4 … 5 minutes. */
export function pauseAfter(attempts: number): number {
  return Math.min(1000 * 2 ** Math.min(attempts - 1, 20), longestPauseMs);
}

export class Reverts {
  private readonly core: Core;
  private readonly responderOf: (held: Held) => Responder;
  private readonly agenda: Agenda<Held>;
  private readonly underway = new Set<Promise<unknown>>();
  private stopped = false;

  constructor(core: Core, responderOf: (held: Held) => Responder) {
    this.core = core;
    this.responderOf = responderOf;
    this.agenda = new Agenda(core.deps.clock, (held) => void this.revertOnTime(held));
  }

  /** Sets the timer for its expiry; a second time replaces the first. */
  arm(held: Held): void {
    const left = this.core.remainingMs(held);
    if (Number.isFinite(left)) this.setTimer(held, left);
    else this.disarm(held);
  }

  /** What has run out, for a timer that slept with the machine. */
  revertExpired(): readonly Promise<Execution>[] {
    const expired = [...this.core.book.held.values()].filter(
      (held) => held.state === 'active' && this.core.remainingMs(held) <= 0,
    );
    return expired.map((held) => this.revertOnTime(held));
  }

  /** Reverts now, whatever its time. */
  revert(held: Held, reason: string | undefined): Promise<Execution> {
    return this.underLock(held, async () => await this.revertLocked(held, reason));
  }

  /** The caller holds the lock of its effect. */
  async revertLocked(held: Held, reason: string | undefined): Promise<Execution> {
    this.disarm(held);
    if (isFinal(held.state)) return this.core.view(held);
    if (held.state === 'reverting') this.core.book.note(held, 'reverting', {});
    else this.core.move(held, 'reverting', 'reverting', reason === undefined ? {} : { reason });
    // An endpoint can always revert alone: a journal that cannot be written holds nothing up.
    await this.core.durable();
    const outcome = await this.responderOf(held).undo(held);
    if (outcome.ok) {
      const ended = this.core.finish(held, 'reverted');
      await this.core.durable();
      return ended;
    }
    const revertAttempts = (held.revertAttempts ?? 0) + 1;
    const failed = this.core.move(held, 'revert_failed', 'revert failed', { revertAttempts, reason: outcome.error });
    this.setTimer(held, pauseAfter(revertAttempts));
    return failed;
  }

  disarm(held: Held): void {
    this.agenda.delete(held);
  }

  /** Resolves when everything that was under way has been tried. Timers are gone afterwards. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.agenda.clear();
    while (this.underway.size > 0) await Promise.allSettled(this.underway);
  }

  private setTimer(held: Held, ms: number): void {
    if (!this.stopped) this.agenda.set(held, ms);
  }

  private revertOnTime(held: Held): Promise<Execution> {
    return this.underLock(held, async () => {
      // It may have been extended while this waited, or the timer's clock ran ahead of the boot clock.
      if (held.state === 'active' && this.core.remainingMs(held) > 0) {
        this.arm(held);
        return this.core.view(held);
      }
      return await this.revertLocked(held, undefined);
    });
  }

  private underLock(held: Held, act: () => Promise<Execution>): Promise<Execution> {
    const work = (async () => {
      const { means, message, keys } = held;
      const release = await this.core.locks.acquire(
        keys === undefined ? `run ${message.id}` : effectName(means, message.executable, keys),
      );
      try {
        return await act();
      } finally {
        release();
      }
    })();
    this.underway.add(work);
    void work.finally(() => this.underway.delete(work)).catch(() => undefined);
    return work;
  }
}
