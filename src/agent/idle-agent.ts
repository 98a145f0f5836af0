// An endpoint that acts upon nothing: agent, firewall-drop and messages to the kernel, with nobody at the other end. Who runs it warms up their code.
import { idleHost } from '../respond/firewall-drop/idle-host.ts';
import { eventLoopTurn } from '../system/clock.ts';
import type { AppendFile, FileLayer } from '../system/files.ts';
import { type Agent, type AgentDeps, defaultAgentSettings } from './agent.ts';
import { createAgent } from './create-agent.ts';

const nowhere: AppendFile = {
  append: async () => undefined,
  flush: async () => undefined,
  close: async () => undefined,
};

const noFiles: FileLayer = {
  makeFolder: async () => undefined,
  read: async () => undefined,
  openAppend: async () => nowhere,
  rename: async () => undefined,
  remove: async () => undefined,
  flushFolder: async () => undefined,
};

export type IdleAgentDeps = Pick<AgentDeps, 'clock' | 'bootId' | 'builtIns' | 'locateScript' | 'refuse'>;

/** What is given is the real thing, so that its code is warm too; but timers never fire: its end comes first. */
export function createIdleAgent(agentId: string, deps: IdleAgentDeps): Agent {
  return createAgent({
    settings: { ...defaultAgentSettings, agentId, nodeName: '', journalPath: '/journal', logPath: '/log' },
    clock: { ...deps.clock, after: () => ({ cancel: () => undefined }) },
    turn: eventLoopTurn,
    bootId: deps.bootId,
    files: noFiles,
    host: idleHost,
    builtIns: deps.builtIns,
    actions: [],
    locateScript: deps.locateScript,
    scripts: { run: async () => ({ outcome: 'refused', reason: '' }) },
    processes: { isAlive: async () => false, endGroup: async () => undefined },
    refuse: deps.refuse,
  });
}
