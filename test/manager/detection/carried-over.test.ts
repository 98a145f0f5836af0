// What threads remember goes through reloads, and through the store to another number of threads, as with one engine.
import { afterEach, describe, expect, it } from 'vitest';
import { type DetectionSnapshot, mergeSnapshots } from '../../../src/detect/snapshot.ts';
import type { DetectionPool, FoundMessage } from '../../../src/manager/detection/detection-pool.ts';
import { eventLoopTurn } from '../../../src/system/clock.ts';
import {
  createPool,
  idsOf,
  judge,
  judgeAlone,
  loadRules,
  messageOf,
  rulesText,
  startPool,
  stopPools,
} from './threads.ts';

afterEach(stopPools);

const agents = [1, 2, 3, 4, 5, 6, 7];
/** One failure of each agent, all from one address. */
const failures = (second: number) =>
  agents.map((agent) => messageOf(agent, 'fail from 192.0.2.1', second, second * 100 + agent));
const each = (id: string): string[] => agents.map(() => id);

describe('at a reload', () => {
  it('what was remembered counts on, and the new rules hold for all', async () => {
    const { pool } = await startPool(2);
    for (let second = 0; second < 7; second += 1) await judge(pool, failures(second));
    expect(idsOf(await judge(pool, [messageOf(1, 'noisy', 7)]))).toEqual(['100202']);
    const more = '<rule id="100220" level="6"><match>brand new</match><description>new</description></rule>';
    await pool.prepare(loadRules(rulesText(more)).poolRules);
    expect(await judge(pool, [messageOf(1, 'brand new', 7)])).toEqual([]);
    let used = 0;
    await pool.takeUp(() => {
      used += 1;
    });
    expect(used).toBe(1);
    expect(idsOf(await judge(pool, failures(8)))).toEqual(each('100201'));
    expect(await judge(pool, [messageOf(2, 'noisy', 8)])).toEqual([]);
    const found = await judge(
      pool,
      agents.map((agent) => messageOf(agent, 'brand new', 9)),
    );
    expect(idsOf(found)).toEqual(each('100220'));
    const [single] = await judge(pool, [messageOf(1, 'fail from 192.0.2.9', 9)]);
    expect(single?.detection.alert.rule).toMatchObject({ id: '100200', firedtimes: 7 * agents.length + 1 });
  });

  it('no batch is judged by old and new rules, lost or doubled, however many come meanwhile', async () => {
    const { pool } = await startPool(3);
    const levels = (level: number) => loadRules(rulesText().replace('level="3"', `level="${level}"`)).poolRules;
    let sent = 0;
    let isOver = false;
    const seen: Set<number>[] = [];
    const ids = new Set<string>();
    const source = async (): Promise<void> => {
      while (!isOver) {
        const before = sent;
        sent += agents.length;
        const batch = agents.map((agent) => messageOf(agent, 'fail', 0, before + agent));
        const found = await judge(pool, batch);
        for (const { message } of found) ids.add(message.id);
        seen.push(new Set(found.map(({ detection }) => detection.rule.level)));
        await eventLoopTurn();
      }
    };
    const sources = [source(), source(), source()];
    for (const level of [4, 5, 6, 7]) {
      await pool.prepare(levels(level));
      await pool.takeUp(() => undefined);
    }
    await judge(pool, failures(1));
    isOver = true;
    await Promise.all(sources);
    expect(ids.size).toBe(sent);
    expect(Math.max(...seen.map((set) => set.size))).toBe(1);
    const order = seen.flatMap((set) => [...set]);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(order)).toContain(7);
    expect(pool.snapshot().firedTimes['100200']).toBe(sent + agents.length);
  });

  it('events move to the thread that judges everything when a rule comes that counts over all agents, and back', async () => {
    const { pool, told } = await startPool(3);
    const overAgents =
      '<rule id="100210" level="9" frequency="8" timeframe="60"><if_matched_sid>100200</if_matched_sid><global_frequency /><description>all</description></rule>';
    for (const agent of agents) await judge(pool, [messageOf(agent, 'fail', 1)]);
    await pool.prepare(loadRules(rulesText(overAgents)).poolRules);
    await pool.takeUp(() => undefined);
    expect(told).toHaveLength(1);
    expect(idsOf(await judge(pool, [messageOf(9, 'fail', 2)]))).toEqual(['100210']);
    await pool.prepare(loadRules().poolRules);
    await pool.takeUp(() => undefined);
    const found = await judge(pool, failures(3));
    expect(idsOf(found)).toEqual(each('100200'));
  });

  it('a thread that dies while it reads has another read in its place', async () => {
    const { pool, threads } = await startPool(2);
    for (let second = 0; second < 7; second += 1) await judge(pool, failures(second));
    const prepared = pool.prepare(loadRules(rulesText().replace('level="8"', 'level="9"')).poolRules);
    void threads[0]?.end();
    await prepared;
    void threads[1]?.end();
    await pool.takeUp(() => undefined);
    const found = await judge(pool, failures(7));
    expect(found.map(({ detection }) => detection.rule.level)).toEqual(agents.map(() => 9));
  });

  it('rules that a thread cannot load are refused, and those before them stay', async () => {
    const { pool } = await startPool(2);
    const { poolRules } = loadRules();
    const texts = new Map(poolRules.texts?.texts).set(
      'rules.xml',
      '<group name="x,"><rule id="1" level="99"></rule></group>',
    );
    const broken = { ...poolRules, texts: poolRules.texts && { ...poolRules.texts, texts } };
    await expect(pool.prepare(broken)).rejects.toThrow(/^detection thread \d: .*level/);
    expect(idsOf(await judge(pool, [messageOf(1, 'fail')]))).toEqual(['100200']);
  });
});

/** As a store hands it back: text, in segments. */
function stored(segments: readonly DetectionSnapshot[]): DetectionSnapshot {
  const [first, ...rest] = JSON.parse(JSON.stringify(segments)) as DetectionSnapshot[];
  if (first === undefined) throw new Error('nothing was stored');
  return rest.reduce(mergeSnapshots, first);
}

async function continued(threads: number, snapshot: DetectionSnapshot): Promise<DetectionPool> {
  const { pool } = createPool(threads);
  pool.restore(snapshot);
  await pool.start(loadRules().poolRules);
  return pool;
}

describe('through the store', () => {
  it('from one engine to two threads, to three and back to one engine: the eighth failures are composites, and counts go on', async () => {
    const { createEngine } = loadRules();
    const alone = createEngine();
    const reference = createEngine();
    const expected: FoundMessage[][] = Array.from({ length: 8 }, (_, second) =>
      judgeAlone(reference, failures(second)),
    );
    const first: DetectionSnapshot[] = [];
    for (const second of [0, 1]) {
      judgeAlone(alone, failures(second));
      first.push(alone.changes());
    }
    const two = await continued(2, stored(first));
    const second: DetectionSnapshot[] = [two.snapshot()];
    for (const at of [2, 3]) {
      await judge(two, failures(at));
      second.push(two.changes());
    }
    expect(second[1]?.events).toHaveLength(agents.length);
    const three = await continued(3, stored(second));
    const third: DetectionSnapshot[] = [];
    for (const at of [4, 5]) {
      await judge(three, failures(at));
      three.changes();
      third[0] = three.snapshot();
    }
    const last = createEngine();
    last.restore(stored(third));
    const found = [6, 7].map((at) => judgeAlone(last, failures(at)));
    expect(found).toEqual(expected.slice(6));
    expect(idsOf(found[1] ?? [])).toEqual(each('100201'));
    expect(last.snapshot().firedTimes).toEqual(reference.snapshot().firedTimes);
  });

  it('an event that was used up stays so', async () => {
    const two = await continued(2, (await startPool(2)).pool.snapshot());
    for (let second = 0; second < 8; second += 1) await judge(two, failures(second));
    const segments = [two.changes()];
    await judge(two, failures(8));
    segments.push(two.changes());
    const three = await continued(3, stored(segments));
    const ids: string[][] = [];
    for (let second = 9; second < 16; second += 1) ids.push(idsOf(await judge(three, failures(second))));
    const { createEngine } = loadRules();
    const engine = createEngine();
    const all = Array.from({ length: 16 }, (_, second) => idsOf(judgeAlone(engine, failures(second))));
    expect(ids).toEqual(all.slice(9));
  });

  it('no more is kept than is remembered', async () => {
    const { poolRules } = loadRules(rulesText(), 50);
    const { pool } = await startPool(2, poolRules);
    for (let second = 0; second < 300; second += 1) await judge(pool, failures(second * 10));
    expect(pool.snapshot().events.length).toBeLessThanOrEqual(2 * 50);
    expect(pool.changes().events.length).toBeLessThanOrEqual(2 * 50);
  });

  it('what events of one id have brought together is filled in, by another thread and after a reload', async () => {
    const { createEngine } = loadRules();
    const alone = createEngine();
    judgeAlone(alone, [messageOf(1, 'part 7 user=bob', 0, 1)]);
    const two = await continued(2, stored([alone.changes()]));
    await judge(two, [messageOf(1, 'part 8 user=eve', 1, 2)]);
    await two.prepare(loadRules().poolRules);
    await two.takeUp(() => undefined);
    const found = await judge(two, [messageOf(1, 'part 7', 2, 3), messageOf(1, 'part 8', 2, 4)]);
    expect(found.map(({ detection }) => detection.alert.data)).toEqual([
      { id: '7', srcuser: 'bob' },
      { id: '8', srcuser: 'eve' },
    ]);
    for (const snapshot of [two.snapshot(), stored([alone.snapshot(), two.changes()])]) {
      const last = createEngine();
      last.restore(snapshot);
      const [again] = judgeAlone(last, [messageOf(1, 'part 8', 3, 5)]);
      expect(again?.detection.alert.data).toEqual({ id: '8', srcuser: 'eve' });
    }
  });
});
