// What the command line does itself while no service runs: it reads the journal, and reverts under the service's own lock.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Agent } from '../agent/agent.ts';
import { readInForce } from '../agent/read-in-force.ts';
import { errorText } from '../alert/error-text.ts';
import { readOssecConf } from '../config/ossec-conf.ts';
import type { Settings } from '../config/settings.ts';
import type { Execution } from '../fleet/execution.ts';
import { openStore } from '../store/store.ts';
import { systemClock } from '../system/clock.ts';
import { systemFiles } from '../system/files.ts';
import { takeLock } from '../system/lock.ts';
import { readBootId } from '../system/process-table.ts';
import { localAgentId } from './dispatcher.ts';
import type { HomePaths } from './home.ts';
import { agentSettings, createLocalAgent } from './local-agent.ts';
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

export interface Alone {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly isRoot: boolean;
}

export type AloneResult =
  | {
      readonly kind: 'done';
      readonly executions: readonly Execution[];
      /** Why the history does not have what was done here. */
      readonly historyProblem: string | undefined;
    }
  /** A service has the lock: its pid, where that can be read. */
  | { readonly kind: 'held'; readonly holder: number | undefined };

/** Minutes of the configuration; none where it cannot be read: reverts do not need them. */
function readOffenderMinutes(confPath: string): readonly number[] {
  if (!existsSync(confPath)) return [];
  return readOssecConf(readFileSync(confPath, 'utf8'), confPath).conf?.repeatedOffendersMinutes ?? [];
}

/** Throws where it may not be looked for. */
function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function noteInHistory(database: string, executions: readonly Execution[]): string | undefined {
  if (executions.length === 0) return undefined;
  const changedAtMs = systemClock.nowMs();
  let setAside: string | undefined;
  const onSetAside = (message: string): void => {
    setAside = message;
  };
  try {
    const store = openStore(database, { nowMs: changedAtMs, onSetAside });
    store.checkpoint({ executions: executions.map((execution) => ({ execution, changedAtMs })) });
    store.close();
    return setAside;
  } catch (error) {
    return errorText(error);
  }
}

/**
 * Starts the agent under the lock of the home, lets it act, ends it, and stores what changed. Without a journal there is
 * nothing to do. Throws `EACCES` where this user may not.
 */
async function actAlone(
  { paths, settings, isRoot }: Alone,
  act: (agent: Agent) => Promise<unknown>,
): Promise<AloneResult> {
  if (!exists(paths.journal)) return { kind: 'done', executions: [], historyProblem: undefined };
  const lock = takeLock(paths.lock);
  if (!lock.held) return { kind: 'held', holder: lock.holder };
  try {
    const agent = createLocalAgent({
      paths,
      clock: systemClock,
      nodeName: hostname(),
      isRoot,
      // Nothing new is run here.
      refuse: () => 'no service runs',
      settings: agentSettings(settings, { repeatedOffendersMinutes: readOffenderMinutes(paths.conf) }),
    });
    const changed = new Map<string, Execution>();
    agent.onExecution((execution) => changed.set(execution.id, execution));
    try {
      await agent.start();
      await act(agent);
    } finally {
      await agent.stop({ lift: false });
    }
    const executions = [...changed.values()].filter(({ state }) => state !== 'reverting');
    return { kind: 'done', executions, historyProblem: noteInHistory(paths.database, executions) };
  } finally {
    lock.release();
  }
}

/** Lifts what is asked for, and what has run out meanwhile; answers with the former. */
export async function revertAlone(
  alone: Alone,
  parameters: { readonly all: boolean; readonly subject: string | undefined },
): Promise<AloneResult> {
  let reverted: readonly Execution[] = [];
  const result = await actAlone(alone, async (agent) => {
    const isId = (text: string): boolean => agent.inForce().some((execution) => execution.id === text);
    reverted = await agent.revert(chooseSelector(parameters, isId));
  });
  return result.kind === 'done' ? { ...result, executions: reverted } : result;
}

/** Lifts what has run out while no service ran, tries again what could not be lifted, and answers with both. */
export async function expireAlone(alone: Alone): Promise<AloneResult> {
  const result = await actAlone(alone, (agent) => agent.reconcile());
  if (result.kind === 'held') return result;
  const ends = new Set(['reverted', 'revert_failed']);
  return { ...result, executions: result.executions.filter(({ state }) => ends.has(state)) };
}
