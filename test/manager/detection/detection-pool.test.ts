// Threads find what one engine finds, in the order of each agent, and go on when one of them dies.
import { afterEach, describe, expect, it } from 'vitest';
import type { SlowPattern } from '../../../src/detect/patterns/pattern-watch.ts';
import type { FoundMessage } from '../../../src/manager/detection/detection-pool.ts';
import type { LogMessage } from '../../../src/source/message.ts';
import { eventLoopTurn } from '../../../src/system/clock.ts';
import {
  byAgent,
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

const agents = 23;
/** One of each agent in turn, all within one hour; each source address belongs to one agent. */
function traffic(count: number): LogMessage[] {
  return Array.from({ length: count }, (_, number) => {
    const agent = number % agents;
    const round = Math.floor(number / agents);
    const logs = [
      `fail from 192.0.2.${agent}`,
      'nothing of note',
      `seen from 198.51.${agent}.${round % 7}`,
      `diff ${round % 5}`,
    ];
    return messageOf(agent, logs[(round + agent) % 4] ?? '', Math.floor(number / 100), number);
  });
}

function inBatches(messages: readonly LogMessage[], size: number): LogMessage[][] {
  return Array.from({ length: Math.ceil(messages.length / size) }, (_, at) =>
    messages.slice(at * size, (at + 1) * size),
  );
}

/** How often each rule has fired, by what the alerts say: sorted. */
function counters(found: readonly FoundMessage[]): Record<string, number[]> {
  const lists: Record<string, number[]> = {};
  for (const { detection } of found) {
    const { id, firedtimes = 0 } = detection.alert.rule;
    lists[id] ??= [];
    lists[id].push(firedtimes);
  }
  for (const list of Object.values(lists)) list.sort((a, b) => a - b);
  return lists;
}

describe('threads', () => {
  it.each([1, 2, 3])(
    '(%i) find what one engine finds, in the order of each agent, and count as it does',
    async (threads) => {
      const { poolRules, createEngine } = loadRules();
      const { pool } = await startPool(threads, poolRules);
      const messages = traffic(6000);
      const found: FoundMessage[] = [];
      for (const batch of inBatches(messages, 250)) found.push(...(await judge(pool, batch)));
      const engine = createEngine();
      const expected = judgeAlone(engine, messages);
      expect(expected.length).toBeGreaterThan(1500);
      expect(new Set(idsOf(expected))).toEqual(new Set(['100200', '100201', '100203', '100204']));
      expect(byAgent(found)).toEqual(byAgent(expected));
      expect(counters(found)).toEqual(counters(expected));
      const shown = (all: FoundMessage[]): unknown[] =>
        all
          .map(({ message, detection }) => {
            const { firedtimes: _, ...rule } = detection.alert.rule;
            return { number: Number(message.id.slice(2)), ...detection, alert: { ...detection.alert, rule } };
          })
          .sort((a, b) => a.number - b.number);
      expect(shown(found)).toEqual(shown(expected));
      expect(pool.snapshot().firedTimes).toEqual(engine.snapshot().firedTimes);
    },
  );

  it('remember across batches, and the eighth failure of one agent is the composite', async () => {
    const { pool } = await startPool(2);
    const ids: string[] = [];
    for (let turn = 0; turn < 9; turn += 1) {
      const batch = [1, 2, 3, 4].map((agent) => messageOf(agent, 'fail from 192.0.2.1', turn, turn * 10 + agent));
      ids.push(
        idsOf(await judge(pool, batch))
          .sort()
          .join(' '),
      );
    }
    const singles = '100200 100200 100200 100200';
    expect(ids.slice(0, 7)).toEqual(Array(7).fill(singles));
    expect(ids[7]).toBe('100201 100201 100201 100201');
    expect(ids[8]).toBe(singles);
  });

  it('open an ignore window once for all', async () => {
    const { pool } = await startPool(3);
    const noisy = (second: number): LogMessage[] =>
      Array.from({ length: 300 }, (_, agent) => messageOf(agent, 'noisy', second, second * 1000 + agent));
    expect(idsOf(await judge(pool, noisy(1)))).toEqual(['100202']);
    expect(await judge(pool, noisy(30))).toEqual([]);
    expect(idsOf(await judge(pool, noisy(61)))).toEqual(['100202']);
  });

  it('tell each other what they have seen for the first time', async () => {
    const { pool } = await startPool(3);
    expect(idsOf(await judge(pool, [messageOf(1, 'seen from 203.0.113.1')]))).toEqual(['100203']);
    const others = [2, 3, 4, 5, 6, 7, 8].map((agent) => messageOf(agent, 'seen from 203.0.113.1'));
    expect(await judge(pool, others)).toEqual([]);
    expect(pool.changes().firstSeen).toHaveLength(1);
  });

  it('answer before the others have, and a batch is taken over whole, in its turn', async () => {
    const { pool } = await startPool(2);
    const steps: string[] = [];
    const send = (name: string, messages: LogMessage[]): Promise<void> =>
      pool.detect(messages, {
        onFound: () => steps.push(`${name} found, ${pool.snapshot().events.length} remembered`),
        onTaken: () => steps.push(`${name} taken, ${pool.snapshot().events.length} remembered`),
      });
    const slow = Array.from({ length: 4000 }, (_, number) => messageOf(1, 'fail from 192.0.2.1', 0, number));
    await Promise.all([send('first', [messageOf(2, 'fail'), ...slow]), send('second', [messageOf(2, 'fail')])]);
    expect(steps.slice(0, 2)).toEqual(['first found, 0 remembered', 'second found, 0 remembered']);
    expect(steps.slice(2)).toEqual([
      'first found, 0 remembered',
      'first taken, 4001 remembered',
      'second taken, 4002 remembered',
    ]);
  });

  it('let one of them judge everything where a rule counts over all agents, and say so', async () => {
    const overAgents =
      '<rule id="100210" level="9" frequency="4" timeframe="60"><if_matched_sid>100202</if_matched_sid><global_frequency /><description>all</description></rule>';
    const rules = rulesText(overAgents).replace(' ignore="60"', '');
    const { pool, told } = await startPool(3, loadRules(rules).poolRules);
    const found = await judge(
      pool,
      [1, 2, 3, 4].map((agent) => messageOf(agent, 'noisy', agent)),
    );
    expect(idsOf(found)).toEqual(['100202', '100202', '100202', '100210']);
    expect(told).toEqual([expect.stringMatching(/global_frequency.*100210.*one of the 3 detection threads/)]);
  });

  it('tell of a pattern that is slow, with its file and its rule', async () => {
    const slow =
      '<rule id="100230" level="3"><regex type="pcre2">(a+)+\\1$</regex><description>slow</description></rule>';
    const told: SlowPattern[] = [];
    const rules = { ...loadRules(rulesText(slow)).poolRules, tellSlow: (pattern: SlowPattern) => told.push(pattern) };
    const { pool } = await startPool(2, rules);
    await judge(pool, [messageOf(1, `${'a'.repeat(60_000)}b`)]);
    const what = 'rule 100230, <regex>';
    expect(told).toMatchObject([{ reason: 'steps', owner: { position: { file: 'rules.xml', line: 8 }, what } }]);
  });

  it('warm up without anything being remembered or counted', async () => {
    const { pool } = await startPool(2);
    const batch = Array.from({ length: 20 }, (_, number) => messageOf(number % 4, 'fail from 192.0.2.1', 0, number));
    await pool.warmUp([batch, batch]);
    expect(pool.changes()).toMatchObject({ events: [], firedTimes: {} });
    const [found] = await judge(pool, [messageOf(1, 'fail from 192.0.2.1')]);
    expect(found?.detection.alert.rule).toMatchObject({ id: '100200', firedtimes: 1 });
  });
});

describe('a thread that dies', () => {
  it('is replaced by one that remembers what it did, and nothing is lost or counted twice', async () => {
    const { poolRules, createEngine } = loadRules();
    const { pool, threads, told } = await startPool(2, poolRules);
    const messages = traffic(4000);
    const found: FoundMessage[] = [];
    for (const [turn, batch] of inBatches(messages, 400).entries()) {
      const judged = judge(pool, batch);
      // Before it begins, in the middle of its work, or when it has answered.
      for (let left = turn; turn % 2 === 1 && left > 0; left -= 1) await eventLoopTurn();
      if (turn % 2 === 1) void threads.at(-1)?.end();
      found.push(...(await judged));
    }
    const engine = createEngine();
    expect(byAgent(found)).toEqual(byAgent(judgeAlone(engine, messages)));
    // Numbers that the dead had given are given again, so they are not those of one engine; their sum is.
    const { firedTimes } = engine.snapshot();
    expect(pool.snapshot().firedTimes).toEqual(firedTimes);
    const [next] = await judge(pool, [messageOf(1, 'fail from 203.0.113.77', 45)]);
    expect(next?.detection.alert.rule.firedtimes).toBe((firedTimes['100200'] ?? 0) + 1);
    expect(threads).toHaveLength(2 + 5);
    expect(told).toHaveLength(5);
    expect(told[0]).toMatch(/^detection thread 2 has ended \(status 1\): another one takes its place/);
  });

  it('while nothing is under way is replaced too', async () => {
    const { pool, threads } = await startPool(1);
    for (let turn = 0; turn < 7; turn += 1) await judge(pool, [messageOf(1, 'fail from 192.0.2.1', turn)]);
    await threads[0]?.end();
    expect(idsOf(await judge(pool, [messageOf(1, 'fail from 192.0.2.1', 7)]))).toEqual(['100201']);
  });

  it('does not take its open ignore window with it', async () => {
    const { pool, threads } = await startPool(1);
    const judged = judge(pool, [messageOf(1, 'noisy', 1)]);
    void threads[0]?.end();
    expect(idsOf(await judged)).toEqual(['100202']);
    expect(await judge(pool, [messageOf(1, 'noisy', 2)])).toEqual([]);
  });

  it('three times on one batch has that batch refused, and goes on with the next', async () => {
    const started = await startPool(1);
    const { pool, threads, told } = started;
    started.onUsed = (thread) => void thread.end();
    const judged = judge(pool, [messageOf(1, 'fail')]);
    void threads[0]?.end();
    await expect(judged).rejects.toThrow(/ended 3 times on one batch/);
    started.onUsed = () => undefined;
    expect(told).toHaveLength(3);
    expect(idsOf(await judge(pool, [messageOf(1, 'fail')]))).toEqual(['100200']);
  });

  it('before it can begin, three times, is given up, and says why', async () => {
    const { pool, threads, told } = createPool(2);
    const starting = expect(pool.start(loadRules().poolRules)).rejects.toThrow(/before it could begin/);
    for (let death = 0; death < 3; death += 1) {
      const before = threads.length;
      void threads.at(-1)?.end();
      while (threads.length === before && death < 2) await new Promise((resolve) => setImmediate(resolve));
    }
    await starting;
    expect(told.at(-1)).toMatch(/refused until the service is started again/);
  });
});
