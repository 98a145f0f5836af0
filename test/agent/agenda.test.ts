import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from '../../src/agent/agenda.ts';
import { ModelClock } from './model/clock.ts';

type Step = { readonly item: number; readonly ms: number } | { readonly off: number } | { readonly pass: number };

const item = fc.integer({ min: 0, max: 9 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ item, ms: fc.double({ min: 0, max: 100, noNaN: true }) }),
  fc.record({ off: item }),
  fc.record({ pass: fc.integer({ min: 0, max: 60 }) }),
);

describe('an agenda', () => {
  it('does everything at its last time, in order, and what was taken off never', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = new ModelClock();
        const items = Array.from({ length: 10 }, (_, name) => ({ name }));
        const due = new Map<number, number>();
        const agenda = new Agenda<{ name: number }>(clock, ({ name }) => {
          expect(due.get(name)).toBeCloseTo(clock.ticksMs(), 2);
          expect(Math.min(...due.values())).toBeCloseTo(clock.ticksMs(), 2);
          due.delete(name);
        });
        for (const next of steps) {
          if ('pass' in next) await clock.advance(next.pass);
          else if ('off' in next) {
            due.delete(next.off);
            agenda.delete(items[next.off] ?? { name: -1 });
          } else {
            due.set(next.item, clock.ticksMs() + next.ms);
            agenda.set(items[next.item] ?? { name: -1 }, next.ms);
          }
          expect(clock.armed).toBeLessThanOrEqual(1);
          for (const at of due.values()) expect(at).toBeGreaterThan(clock.ticksMs() - 0.01);
        }
        await clock.advance(200);
        expect(due.size).toBe(0);
        expect(clock.armed).toBe(0);
      }),
    );
  });

  it('keeps one timer for thousands, and forgets what is put off again and again', async () => {
    const clock = new ModelClock();
    const done: number[] = [];
    const agenda = new Agenda<{ name: number }>(clock, ({ name }) => done.push(name));
    const items = Array.from({ length: 3000 }, (_, name) => ({ name }));
    for (let turn = 0; turn < 5; turn += 1) for (const each of items) agenda.set(each, 1000 + ((each.name * 7) % 3000));
    expect(clock.armed).toBe(1);
    await clock.advance(2000);
    expect(done).toHaveLength(1001);
    expect(done).toEqual([...done].sort((a, b) => ((a * 7) % 3000) - ((b * 7) % 3000)));
    agenda.clear();
    expect(clock.armed).toBe(0);
    await clock.advance(5000);
    expect(done).toHaveLength(1001);
  });
});
