// Several engines of one ruleset over the same counters: what each sees, and what is taken back of one that is gone.
import { describe, expect, it } from 'vitest';
import { createDetector, type Engine } from '../../src/detect/engine.ts';
import {
  createOwnMemory,
  createSharedMemory,
  fillSharedMemory,
  SharedCounts,
  takeBack,
} from '../../src/detect/shared-counts.ts';
import { loadSmall, messageOf } from './small-ruleset.ts';

const hourMs = 3_600_000;
const { ruleset } = loadSmall({
  rules: `<group name="g,">
<rule id="100" level="3"><match>fail</match><description>f</description></rule>
<rule id="101" level="4" ignore="60"><match>noisy</match><description>n</description></rule></group>`,
});
const count = ruleset?.rules.rules.length ?? 0;
const indexOf = (id: number): number => ruleset?.rules.findRule(id)?.index ?? -1;
const noWindow = (): number => 0;

function join(shared = createSharedMemory(count)) {
  const own = createOwnMemory(count);
  const counts = new SharedCounts(shared, own);
  if (ruleset === undefined) throw new Error('the ruleset is broken');
  const options = { hostname: 'mgr', logAlertLevel: 3, memorySize: 100, logtest: false };
  const engine = createDetector(ruleset, { ...options, shared: counts });
  return { shared, own, counts, engine };
}

function fire(engine: Engine, log: string, second = 0): number | undefined {
  return engine.process(messageOf(log, second))?.alert.rule.firedtimes;
}

describe('engines that share their counters', () => {
  it('count on from each other, and each tells what it has added', () => {
    const one = join();
    const two = join(one.shared);
    one.counts.beginBatch(1);
    two.counts.beginBatch(2);
    expect([fire(one.engine, 'fail'), fire(two.engine, 'fail'), fire(one.engine, 'fail')]).toEqual([1, 2, 3]);
    const [first, second] = [one.engine.changes(), two.engine.changes()];
    expect([first.firedTimes, second.firedTimes]).toEqual([{ 100: 2 }, { 100: 1 }]);
    expect([...first.events, ...second.events].map(([sequence]) => sequence).sort()).toEqual([1, 2, 3]);
    one.counts.beginBatch(3);
    expect(one.engine.changes()).toMatchObject({ firedTimes: {}, events: [] });
  });

  it('begin with what was counted before', () => {
    const one = join();
    fillSharedMemory(one.shared, { fired: () => 6, ignored: noWindow, hourStart: null, newestSequence: 40 });
    expect(fire(one.engine, 'fail')).toBe(7);
    expect(one.engine.changes().events[0]?.[0]).toBe(41);
  });

  it('open a window once', () => {
    const one = join();
    const two = join(one.shared);
    expect([fire(one.engine, 'noisy', 1), fire(two.engine, 'noisy', 2), fire(two.engine, 'noisy', 61)]).toEqual([
      1,
      undefined,
      3,
    ]);
    expect(one.engine.changes().ignoredSince).toEqual({ 101: messageOf('', 1).timeMs / 1000 });
    expect(two.engine.changes().ignoredSince).toEqual({ 101: messageOf('', 61).timeMs / 1000 });
  });

  it('start anew with the hour once, whoever comes to it first', () => {
    const one = join();
    const two = join(one.shared);
    const hour = hourMs / 1000;
    expect([fire(one.engine, 'fail'), fire(two.engine, 'fail')]).toEqual([1, 2]);
    expect([fire(two.engine, 'fail', hour), fire(one.engine, 'fail', hour), fire(two.engine, 'fail', hour)]).toEqual([
      1, 2, 3,
    ]);
  });
});

describe('of an engine that is gone', () => {
  it('what it added for a batch without an answer is taken back, what it had answered is not', () => {
    const one = join();
    const two = join(one.shared);
    one.counts.beginBatch(1);
    fire(one.engine, 'fail');
    one.counts.beginBatch(2);
    fire(one.engine, 'fail');
    fire(one.engine, 'noisy', 1);
    fire(two.engine, 'fail');
    takeBack(one.shared, one.own, 2, noWindow);
    expect(fire(two.engine, 'fail')).toBe(3);
    expect(fire(two.engine, 'noisy', 2)).toBe(1);
    expect(one.counts.countedHere(indexOf(100))).toBe(0);
  });

  it('nothing is taken back where another batch is to be analysed again', () => {
    const one = join();
    one.counts.beginBatch(1);
    fire(one.engine, 'fail');
    fire(one.engine, 'noisy', 1);
    takeBack(one.shared, one.own, 2, noWindow);
    expect(one.counts.countedHere(indexOf(100))).toBe(0);
    const next = join(one.shared);
    expect(fire(next.engine, 'fail')).toBe(2);
    expect(fire(next.engine, 'noisy', 2)).toBeUndefined();
  });

  it('a window that it closed before stays as it was known', () => {
    const one = join();
    one.counts.beginBatch(1);
    fire(one.engine, 'noisy', 100);
    const before = messageOf('', 50).timeMs / 1000;
    takeBack(one.shared, one.own, 1, (index) => (index === indexOf(101) ? before : 0));
    const next = join(one.shared);
    expect(fire(next.engine, 'noisy', 60)).toBeUndefined();
    expect(fire(next.engine, 'noisy', 110)).toBe(2);
  });
});
