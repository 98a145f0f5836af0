import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/decide/decision.ts';
import { startCheckpointer } from '../../src/manager/checkpointer.ts';
import type { Checkpoint } from '../../src/store/store.ts';

function setUp(bodies: string[] = []) {
  const stored: Checkpoint[] = [];
  const failures: string[] = [];
  const timers: { ms: number; run: () => void; cancelled: boolean }[] = [];
  let refuses = false;
  const steps: string[] = [];
  const checkpointer = startCheckpointer({
    store: {
      checkpoint(checkpoint) {
        steps.push('stored');
        if (refuses) throw new Error('disk full');
        stored.push(checkpoint);
      },
    },
    clock: {
      nowMs: () => 100_000,
      after(ms, run) {
        const timer = { ms, run, cancelled: false };
        timers.push(timer);
        return {
          cancel: () => {
            timer.cancelled = true;
          },
        };
      },
    },
    takeCorrelation: () => {
      const body = bodies.shift();
      return body === undefined ? undefined : { replace: body === 'all', segment: { newestMs: 5, body } };
    },
    beforeStore: () => steps.push('before'),
    onFailure: (message) => failures.push(message),
  });
  return { checkpointer, stored, steps, failures, timers, refuse: (value: boolean) => (refuses = value) };
}
const decision = { id: '1.2/x' } as Decision;

describe('the checkpointer', () => {
  it('has what comes before a position written first', () => {
    const { checkpointer, steps, timers } = setUp();
    checkpointer.notePosition('/l/a', () => 1);
    timers[0]?.run();
    expect(steps).toEqual(['before', 'stored']);
  });

  it('stores what belongs together in one checkpoint, a second after the first of it', () => {
    const { checkpointer, stored, timers } = setUp(['events']);
    checkpointer.noteDecision(decision);
    checkpointer.notePosition('/var/log/auth.log', () => ({ offset: 7 }));
    expect(timers.map((timer) => timer.ms)).toEqual([1000]);
    expect(stored).toEqual([]);
    timers[0]?.run();
    expect(stored).toHaveLength(1);
    expect(stored[0]).toMatchObject({
      decisions: [decision],
      correlation: { append: { body: 'events' }, replace: false },
    });
    expect(stored[0]?.positions?.get('/var/log/auth.log')).toEqual({ offset: 7 });
  });

  it('keeps everything while the store refuses, tells it once, and stores it when it can', () => {
    const { checkpointer, stored, failures, timers, refuse } = setUp(['a', 'b']);
    refuse(true);
    checkpointer.noteDecision(decision);
    timers[0]?.run();
    timers[1]?.run();
    expect(failures).toEqual([expect.stringContaining('disk full')]);
    refuse(false);
    timers[2]?.run();
    expect(stored.map((checkpoint) => checkpoint.correlation?.append?.body)).toEqual(['a', 'b']);
    expect(stored[0]?.decisions).toEqual([decision]);
    expect(stored[1]?.decisions).toEqual([]);
  });

  it('goes on where what is to be stored cannot be put together', () => {
    const { checkpointer, stored, failures, timers } = setUp(['a']);
    let isBroken = true;
    checkpointer.notePosition('/l/a', () => {
      if (isBroken) throw new Error('no such file');
      return 7;
    });
    timers[0]?.run();
    expect(failures).toEqual([expect.stringContaining('no such file')]);
    isBroken = false;
    timers[1]?.run();
    expect(stored).toHaveLength(1);
    expect(stored[0]).toMatchObject({ correlation: { append: { body: 'a' } } });
    expect(stored[0]?.positions?.get('/l/a')).toBe(7);
    expect(checkpointer.troubles()).toEqual([]);
  });

  it('forgets waiting changes when all of the state is taken', () => {
    const { checkpointer, stored, timers, refuse } = setUp(['a', 'all']);
    refuse(true);
    checkpointer.noteDecision(decision);
    timers[0]?.run();
    refuse(false);
    timers[1]?.run();
    expect(stored.map((checkpoint) => checkpoint.correlation)).toEqual([
      { append: { newestMs: 5, body: 'all' }, replace: true },
    ]);
  });

  it('writes nothing when there is nothing new', () => {
    const { checkpointer, stored } = setUp();
    checkpointer.store();
    expect(stored).toEqual([]);
  });

  it('leaves no timer when it stops', () => {
    const { checkpointer, timers } = setUp();
    checkpointer.noteDecision(decision);
    checkpointer.stop();
    expect(timers.every((timer) => timer.cancelled)).toBe(true);
  });
});
