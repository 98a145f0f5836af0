// The manager's own endpoint, 000, in the same process: the agent with the real machine behind it.
import { join } from 'node:path';
import { type Agent, type ChangeableSettings, defaultAgentSettings, type Refuse } from '../agent/agent.ts';
import { createAgent } from '../agent/create-agent.ts';
import { createIdleAgent } from '../agent/idle-agent.ts';
import { createScriptRunner } from '../agent/scripts/run-script.ts';
import type { LocateScript } from '../agent/scripts/runner.ts';
import type { OssecConf } from '../config/ossec-conf.ts';
import { resolveExecutable } from '../config/resolve-executable.ts';
import type { Settings } from '../config/settings.ts';
import { actions, builtInNames, builtIns } from '../respond/registry.ts';
import { type Clock, eventLoopTurn } from '../system/clock.ts';
import { systemFiles } from '../system/files.ts';
import { createProcessTable, readBootId } from '../system/process-table.ts';
import { createSystemHost } from '../system/processes.ts';
import { localAgentId } from './dispatcher.ts';
import type { HomePaths } from './home.ts';
import { createFolderReader } from './scripts-folder.ts';

export interface LocalAgentOptions {
  readonly paths: HomePaths;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly isRoot: boolean;
  readonly refuse: Refuse;
  readonly settings: ChangeableSettings;
}

/** What the settings and the configuration say of agent 000. */
export function agentSettings(
  settings: Settings,
  conf: Pick<OssecConf, 'repeatedOffendersMinutes'>,
): ChangeableSettings {
  return {
    offenderMinutes: conf.repeatedOffendersMinutes,
    climbWhileInForce: settings.repeatedOffendersClimbInForce,
    scriptDeadlineMs: settings.scriptDeadlineSeconds * 1000,
    runningPerExecutable: settings.maxRunningPerExecutable,
    runningInAll: settings.maxRunning,
    revertSlots: settings.revertSlots,
    reconcileEveryMs: settings.reconcileIntervalSeconds * 1000,
  };
}

/** From the executable of a command to a file in the scripts folder. // spec active-response §3 */
export function createLocateScript(scriptsFolder: string, builtInNames: readonly string[]): LocateScript {
  const readNames = createFolderReader(scriptsFolder);
  return async (executable) => {
    const resolved = resolveExecutable(executable, readNames(), builtInNames);
    switch (resolved.kind) {
      case 'script':
        return {
          kind: 'script',
          path: join(scriptsFolder, resolved.file),
          program: `active-response/bin/${resolved.file}`,
        };
      case 'ambiguous':
        return { kind: 'error', reason: `${executable} could be ${resolved.files.join(' or ')}: name the file whole` };
      default:
        return { kind: 'none' };
    }
  };
}

export function createLocalAgent(options: LocalAgentOptions): Agent {
  const { paths, clock } = options;
  // Somebody else emptied the firewall: what was in it is put back at once, not at the next turn.
  const responses = builtIns({ onLost: () => void agent.reconcile() });
  const agent = createAgent({
    settings: {
      agentId: localAgentId,
      nodeName: options.nodeName,
      journalPath: paths.journal,
      logPath: paths.responsesLog,
      ...options.settings,
      adoptForSeconds: defaultAgentSettings.adoptForSeconds,
    },
    clock,
    turn: eventLoopTurn,
    bootId: readBootId(),
    files: systemFiles,
    host: createSystemHost(),
    builtIns: responses,
    actions: actions(),
    locateScript: createLocateScript(paths.scripts, builtInNames()),
    scripts: createScriptRunner({ home: paths.home, clock, asRoot: options.isRoot }),
    processes: createProcessTable(clock),
    refuse: options.refuse,
  });
  return agent;
}

/** The same code on no machine and without scripts: for the warm-up. */
export function createIdleLocalAgent({ clock, refuse }: Pick<LocalAgentOptions, 'clock' | 'refuse'>): Agent {
  const responses = builtIns();
  return createIdleAgent(localAgentId, {
    clock,
    bootId: readBootId(),
    builtIns: responses,
    locateScript: createLocateScript('/nonexistent', builtInNames()),
    refuse,
  });
}
