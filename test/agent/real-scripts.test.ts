// The agent with real scripts: what a script's end, however it comes, means for what is in force.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Agent, defaultAgentSettings } from '../../src/agent/agent.ts';
import { createAgent } from '../../src/agent/create-agent.ts';
import { createScriptRunner } from '../../src/agent/scripts/run-script.ts';
import type { CommandId, CommandMessage } from '../../src/fleet/command.ts';
import type { Execution } from '../../src/fleet/execution.ts';
import { type Clock, eventLoopTurn, systemClock } from '../../src/system/clock.ts';
import { systemFiles } from '../../src/system/files.ts';
import { createProcessTable } from '../../src/system/process-table.ts';
import { createSystemHost } from '../../src/system/processes.ts';
import { alertWith } from '../respond/alerts.ts';

// Real processes: a busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 });
const patiently = { timeout: 30_000, interval: 20 };
const address = '192.0.2.1';

/** Pauses and deadlines pass ten times as fast; processes are as fast as they are. */
const hurried: Clock = {
  nowMs: () => start + (systemClock.nowMs() - start) * 10,
  bootMs: () => systemClock.ticksMs() * 10,
  ticksMs: () => systemClock.ticksMs() * 10,
  after: (ms, callback) => systemClock.after(ms / 10, callback),
};
const start = systemClock.nowMs();

let home: string;
let agent: Agent;
let told: Execution[];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'real-scripts-'));
  chmodSync(home, 0o750);
  mkdirSync(join(home, 'active-response/bin'), { recursive: true, mode: 0o750 });
  told = [];
  agent = createAgentOf();
  await agent.start();
});

afterEach(async () => {
  // What cannot be reverted would be tried for ever: the scripts are gone by now, the agent's timers too.
  await agent.stop({ lift: false });
  rmSync(home, { recursive: true, force: true });
});

function createAgentOf(): Agent {
  const created = createAgent({
    settings: {
      ...defaultAgentSettings,
      agentId: '000',
      nodeName: 'host',
      journalPath: join(home, 'journal'),
      logPath: join(home, 'log'),
      scriptDeadlineMs: 10_000,
    },
    clock: hurried,
    turn: eventLoopTurn,
    bootId: 'boot',
    files: systemFiles,
    host: createSystemHost(),
    builtIns: [],
    actions: [],
    locateScript: async (executable) => ({
      kind: 'script',
      path: join(home, 'active-response/bin', executable),
      program: `active-response/bin/${executable}`,
    }),
    scripts: createScriptRunner({ home, clock: hurried, asRoot: false }),
    processes: createProcessTable(hurried),
    refuse: () => undefined,
  });
  created.onExecution((execution) => told.push(execution));
  return created;
}

/** A stateful script that notes what it was told; `added` and `deleted` run after its `continue` and at its `delete`. */
function addScript(parts: { readonly added?: string; readonly deleted?: string }): void {
  const path = join(home, 'active-response/bin/script');
  writeFileSync(
    path,
    `#!/bin/sh
read -r message
case $message in *'"command":"delete"'*) echo delete >>calls; ${parts.deleted ?? ':'}; exit 0 ;; esac
echo '{"version":1,"command":"check_keys","parameters":{"keys":["${address}"]}}'
read -r answer
echo continue >>calls
${parts.added ?? ''}
`,
  );
  chmodSync(path, 0o750);
}

const calls = (): readonly string[] =>
  existsSync(join(home, 'calls')) ? readFileSync(join(home, 'calls'), 'utf8').trim().split('\n') : [];

let counter = 0;

function command(timeoutSeconds: number): CommandMessage {
  counter += 1;
  const now = hurried.nowMs();
  return {
    id: `command-${counter}` as CommandId,
    response: `script${timeoutSeconds}`,
    executable: 'script',
    extraArgs: [],
    timeoutSeconds,
    decidedForMs: now,
    deadlineMs: now + 600_000,
    origin: 'rule',
    alert: alertWith({ srcip: address }),
  };
}

describe('a script that has been told to go on', () => {
  it.each([
    ['ends with a status', 'exit 3', 'ended with status 3', { exitStatus: 3, signal: null, timedOut: false }],
    ['is killed', 'kill -KILL $$', 'ended by signal SIGKILL', { exitStatus: null, signal: 'SIGKILL', timedOut: false }],
    [
      'does not end',
      'exec sleep 1000',
      'ended after its deadline of',
      { exitStatus: null, signal: 'SIGTERM', timedOut: true },
    ],
  ])(
    'and %s may have acted: it is in force with the reason, and is taken back on time',
    async (_how, added, reason, run) => {
      addScript({ added });
      const execution = await agent.deliver(command(30));
      expect(execution).toMatchObject({ state: 'active', target: address, reason: expect.stringContaining(reason) });
      expect(execution.runs).toMatchObject([{ purpose: 'add', ...run }]);
      expect(calls()).toEqual(['continue']);
      expect(agent.inForce()).toHaveLength(1);
      await expect.poll(() => agent.inForce(), patiently).toEqual([]);
      expect(calls()).toEqual(['continue', 'delete']);
      const states = (): string[] => told.map(({ state }) => state);
      await expect.poll(states, patiently).toEqual(['accepted', 'active', 'reverting', 'reverted']);
    },
  );
});

describe('a revert', () => {
  it('that fails is tried again after pauses, is shown meanwhile, and ends when it works', async () => {
    addScript({ deleted: '[ -e open ] || exit 5' });
    await agent.deliver(command(600));
    const [first] = await agent.revert({ target: address });
    expect(first).toMatchObject({ state: 'revert_failed', reason: 'ended with status 5', revertAttempts: 1 });
    await expect.poll(() => agent.inForce()[0]?.revertAttempts, patiently).toBeGreaterThanOrEqual(3);
    expect(agent.inForce()).toMatchObject([
      { target: address, state: expect.stringMatching(/revert_failed|reverting/) },
    ]);
    writeFileSync(join(home, 'open'), '');
    await expect.poll(() => agent.inForce(), patiently).toEqual([]);
    await expect.poll(() => told.at(-1)?.state, patiently).toBe('reverted');
    const failures = told.filter(({ state }) => state === 'revert_failed');
    expect(failures.map(({ revertAttempts }) => revertAttempts)).toEqual(failures.map((_, at) => at + 1));
    expect(calls().filter((call) => call === 'delete')).toHaveLength(failures.length + 1);
  });

  it('whose script is gone is shown with the reason, over a restart too, and done when the script is there again', async () => {
    addScript({});
    await agent.deliver(command(600));
    const path = join(home, 'active-response/bin/script');
    renameSync(path, `${path}.away`);
    const [first] = await agent.revert({ target: address });
    expect(first).toMatchObject({ state: 'revert_failed', reason: expect.stringContaining(path) });
    await agent.stop({ lift: false });
    agent = createAgentOf();
    await agent.start();
    await expect.poll(() => agent.inForce()[0]?.state, patiently).toBe('revert_failed');
    expect(agent.inForce()[0]?.reason).toContain(path);
    renameSync(`${path}.away`, path);
    await expect.poll(() => agent.inForce(), patiently).toEqual([]);
    expect(calls()).toEqual(['continue', 'delete']);
  });
});
