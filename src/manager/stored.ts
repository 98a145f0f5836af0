// What the command line does itself while no service runs: it reads the journal, and reverts under the service's own lock.
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { readInForce } from '../agent/read-in-force.ts';
import { readOssecConf } from '../config/ossec-conf.ts';
import type { Execution } from '../fleet/execution.ts';
import { systemClock } from '../system/clock.ts';
import { systemFiles } from '../system/files.ts';
import { takeLock } from '../system/lock.ts';
import { readBootId } from '../system/process-table.ts';
import { localAgentId } from './dispatcher.ts';
import type { HomePaths } from './home.ts';
import { createLocalAgent } from './local-agent.ts';
import { chooseSelector } from './operator.ts';

export function readStoredInForce(paths: HomePaths): Promise<readonly Execution[]> {
  return readInForce({
    journalPath: paths.journal,
    agentId: localAgentId,
    files: systemFiles,
    clock: systemClock,
    bootId: readBootId(),
  });
}

function readOffenderMinutes(confPath: string): readonly number[] {
  if (!existsSync(confPath)) return [];
  return readOssecConf(readFileSync(confPath, 'utf8'), confPath).conf?.repeatedOffendersMinutes ?? [];
}

/** Starts the agent, which also lifts what has run out meanwhile, reverts what is asked for, and ends. Throws where a service holds the lock. */
export async function revertWithoutService(
  paths: HomePaths,
  parameters: { readonly all: boolean; readonly subject: string | undefined },
  isRoot: boolean,
): Promise<readonly Execution[]> {
  if (!existsSync(paths.journal)) return [];
  const lock = takeLock(paths.lock);
  if (!lock.held) throw new Error(`a service (pid ${lock.holder ?? 'unknown'}) is starting or stopping: try again`);
  const agent = createLocalAgent({
    paths,
    clock: systemClock,
    nodeName: hostname(),
    isRoot,
    refuse: () => undefined,
    offenderMinutes: readOffenderMinutes(paths.conf),
    climbWhileInForce: false,
    scriptDeadlineMs: 30_000,
    runningPerExecutable: 8,
    runningInAll: 64,
    reconcileEveryMs: 3_600_000,
  });
  try {
    await agent.start();
    const isId = (text: string): boolean => agent.inForce().some((execution) => execution.id === text);
    return await agent.revert(chooseSelector(parameters, isId));
  } finally {
    await agent.stop({ lift: false });
    lock.release();
  }
}
