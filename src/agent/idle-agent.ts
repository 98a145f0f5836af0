// An endpoint that acts upon nothing: agent, firewall-drop and messages to the kernel, with nobody at the other end. Who runs it warms up their code.
import type { AnyBuiltIn } from '../respond/contract.ts';
import { idleHost } from '../respond/firewall-drop/idle-host.ts';
import { type Clock, eventLoopTurn } from '../system/clock.ts';
import type { AppendFile, FileLayer } from '../system/files.ts';
import { type Agent, defaultAgentSettings } from './agent.ts';
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

/** Timers never fire: its end comes first. Otherwise the clock is the one given, whose code is to be warm too. */
export function createIdleAgent(agentId: string, builtIns: readonly AnyBuiltIn[], clock: Clock): Agent {
  return createAgent({
    settings: { ...defaultAgentSettings, agentId, nodeName: '', journalPath: '/journal', logPath: '/log' },
    clock: { ...clock, after: () => ({ cancel: () => undefined }) },
    turn: eventLoopTurn,
    bootId: '',
    files: noFiles,
    host: idleHost,
    builtIns,
    locateScript: async () => ({ kind: 'none' }),
    scripts: { run: async () => ({ outcome: 'refused', reason: '' }) },
    processes: { isAlive: async () => false, endGroup: async () => undefined },
    refuse: () => undefined,
  });
}
