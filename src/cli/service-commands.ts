// The commands that only ask the running service: reload, reconcile, status.

import type { ReconcileReport } from '../agent/agent.ts';
import { escapeControls } from '../alert/escape.ts';
import type { ReloadAnswer } from '../manager/reload.ts';
import { ask, type CommonOptions, choosePaths, type Surroundings, tellProblems } from './context.ts';
import { exitStatus } from './exit-status.ts';

export function describeReload({ loaded, needRestart }: ReloadAnswer): string {
  if (!loaded) return 'refused: the configuration that was loaded before stays';
  return needRestart.length === 0 ? 'loaded' : `loaded; changed, but waiting for a restart: ${needRestart.join(', ')}`;
}

export async function runReload(surroundings: Surroundings, options: CommonOptions): Promise<number> {
  const answer = (await ask(choosePaths(options, surroundings), 'reload')) as ReloadAnswer;
  if (options.json) surroundings.out(`${JSON.stringify(answer)}\n`);
  else {
    tellProblems(answer.problems, surroundings);
    surroundings.out(`${describeReload(answer)}\n`);
  }
  return answer.loaded ? exitStatus.done : exitStatus.refused;
}

export async function runReconcile(surroundings: Surroundings, options: CommonOptions): Promise<number> {
  const report = (await ask(choosePaths(options, surroundings), 'reconcile')) as ReconcileReport;
  if (options.json) surroundings.out(`${JSON.stringify(report)}\n`);
  else {
    for (const finding of report.findings) surroundings.out(`${escapeControls(`${finding.kind}: ${finding.text}`)}\n`);
    surroundings.out(`${report.inForce} in force\n`);
  }
  return exitStatus.done;
}

export interface StatusAnswer {
  readonly ready: boolean;
  readonly mode: 'enforcing' | 'observing';
  readonly pid: number;
  readonly home: string;
  readonly sources: readonly string[];
  /** 0: the main thread judges. */
  readonly detectionThreads: number;
  readonly counts: { readonly messages: number; readonly alerts: number; readonly decisions: number };
  readonly inForce: number;
  /** What is wrong now, or was lost at the start. */
  readonly troubles: readonly string[];
}

function describeThreads(threads: number): string {
  if (threads === 0) return 'the main thread';
  return threads === 1 ? 'a thread of its own' : `${threads} threads`;
}

export async function runStatus(surroundings: Surroundings, options: CommonOptions): Promise<number> {
  const status = (await ask(choosePaths(options, surroundings), 'status')) as StatusAnswer;
  if (options.json) surroundings.out(`${JSON.stringify(status)}\n`);
  else {
    const { messages, alerts, decisions } = status.counts;
    surroundings.out(
      `${status.ready ? 'ready' : 'starting'}\n` +
        `${status.mode}, pid ${status.pid}, home ${status.home}\n` +
        `reads ${status.sources.join(', ') || 'nothing'}\n` +
        `judges in ${describeThreads(status.detectionThreads)}\n` +
        `${messages} messages, ${alerts} alerts, ${decisions} decisions since the start; ${status.inForce} in force\n` +
        status.troubles.map((trouble) => `trouble: ${escapeControls(trouble)}\n`).join(''),
    );
  }
  return status.ready ? exitStatus.done : exitStatus.refused;
}
