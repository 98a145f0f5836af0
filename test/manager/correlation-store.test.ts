// What of the correlation state goes into a checkpoint: what is new, or all of it in place of many changes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { homePaths } from '../../src/manager/home.ts';
import { createRules, type Rules } from '../../src/manager/rules.ts';

/** The least that `<memory_size>` may be. */
const memorySize = 2048;
const nowMs = 1_790_000_000_000;

let folder: string;
let sent: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte-rules-'));
  mkdirSync(join(folder, 'etc'));
  writeFileSync(
    join(folder, 'etc/ossec.conf'),
    `<ossec_config><global><memory_size>${memorySize}</memory_size></global></ossec_config>`,
  );
  sent = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(): Rules {
  const rules = createRules({ paths: homePaths(folder), hostname: 'manager', nowMs: () => nowMs, logtest: false });
  const { loaded, problems } = rules.read();
  if (loaded === undefined) throw new Error(JSON.stringify(problems));
  rules.use(loaded);
  return rules;
}

/** Each from another address: all are remembered. */
function fail(rules: Rules, count: number): void {
  for (let left = count; left > 0; left -= 1) {
    sent += 1;
    const text = `Jan  1 00:00:00 host sshd[1]: Failed password for root from 10.${sent >> 16}.${(sent >> 8) & 255}.${sent & 255} port 1 ssh2`;
    rules.current().detector.process({ id: `1.${sent}`, location: '/log', text, timeMs: nowMs });
  }
}

it('all of it comes first, then what is new, and all of it again where the changes hold twice as much as is remembered', () => {
  const rules = load();
  expect(rules.takeCorrelation()).toBeUndefined();
  const takes: [replaces: boolean, events: number][] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    fail(rules, 1000);
    const update = rules.takeCorrelation();
    takes.push([update?.replace === true, JSON.parse(update?.segment.body ?? '').events.length]);
  }
  const changes = [false, 1000];
  const whole = [true, expect.any(Number)];
  expect(takes).toEqual([[true, 1000], changes, changes, changes, changes, whole, changes, changes]);
  // Ten at a time are forgotten.
  expect(takes[5]?.[1]).toBeGreaterThan(memorySize - 10);
  expect(takes[5]?.[1]).toBeLessThanOrEqual(memorySize);
});

it('what was taken, put together, is what was remembered', () => {
  const rules = load();
  const bodies: string[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    fail(rules, 50);
    const update = rules.takeCorrelation();
    if (update !== undefined) bodies.push(update.segment.body);
  }
  const later = load();
  later.restore(bodies);
  expect(later.current().detector.snapshot()).toEqual(rules.current().detector.snapshot());
});
