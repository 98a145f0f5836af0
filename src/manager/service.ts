// One process: sources → detect → decide → dispatch → the local agent, with its state, its channel and its orderly end.
import type { Agent, Finding } from '../agent/agent.ts';
import type { Problem } from '../config/position.ts';
import type { Settings } from '../config/settings.ts';
import { startControlServer } from '../serve/control-server.ts';
import { createAlertsSource } from '../source/alerts-json/alerts-source.ts';
import type { Source, SourcePosition, SourceTrouble } from '../source/source.ts';
import { createTailSource } from '../source/tail/tailer.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Clock } from '../system/clock.ts';
import { openAlertWriter } from './alert-writer.ts';
import { catchUp } from './catch-up.ts';
import { type Checkpointer, startCheckpointer } from './checkpointer.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createHandlers } from './handlers.ts';
import type { HomePaths } from './home.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createLocalAgent } from './local-agent.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import type { Protection } from './protection.ts';
import { describeAlert, describeExecution, describeSuppressed } from './report.ts';
import type { LoadedRules, Rules } from './rules.ts';
import type { SourcePlan } from './sources.ts';

export interface ServiceOptions {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly rules: Rules;
  readonly loaded: LoadedRules;
  readonly sources: SourcePlan;
  readonly protection: Protection;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly pid: number;
  readonly isRoot: boolean;
  /** False: decide and record, touch nothing. */
  readonly enforcing: boolean;
  /** One line for the operator. */
  readonly print: (line: string) => void;
}

export interface Service {
  reload(): { readonly loaded: boolean; readonly problems: readonly Problem[] };
  stop(): Promise<void>;
}

interface Parts {
  readonly options: ServiceOptions;
  readonly store: Store;
  readonly agent: Agent;
  readonly checkpointer: Checkpointer;
  readonly pipeline: Pipeline;
}

/** Rejects where a part cannot start; the process is then to end. The caller holds the lock of the home. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { paths, clock, print, rules } = options;
  const store = openStore(paths.database, { nowMs: clock.nowMs(), onSetAside: print });
  const agent = createAgentOf(options);
  const checkpointer = startCheckpointer({
    store,
    clock,
    takeCorrelation: () => rules.takeCorrelation(),
    onFailure: print,
  });
  agent.onExecution((execution) => {
    checkpointer.noteExecution(execution);
    print(describeExecution(execution, clock.nowMs()));
  });
  rules.restore(store.loadCorrelation());
  agent.onFinding((finding) => tellFindings([finding], print));
  const dispatcher = createDispatcherOf(options, agent, checkpointer);
  if (options.enforcing) {
    tellFindings((await agent.start()).findings, print);
    catchUp(store, agent, checkpointer);
    dispatcher.resume(store.owed());
  }
  const pipeline = createPipelineOf(options, dispatcher);
  const parts: Parts = { options, store, agent, checkpointer, pipeline };
  const control = await startControlServer(
    paths.socket,
    createHandlers({ options, agent, pipeline, checkpointer, reload: () => reload(parts) }),
  );
  const sources = startSources(parts);
  const housekeeping = startHousekeeping({
    clock,
    store,
    protection: options.protection,
    flushAlerts: () => pipeline.flushAlerts(),
    onFailure: print,
  });
  // Sources have opened their files: a crash from here on loses no line.
  notePositions(sources, checkpointer);
  checkpointer.store();
  return {
    reload: () => reload(parts),
    async stop() {
      housekeeping.stop();
      await control.close();
      await stop(parts, sources);
    },
  };
}

function createAgentOf({ paths, clock, settings, loaded, nodeName, isRoot, protection }: ServiceOptions): Agent {
  return createLocalAgent({
    paths,
    clock,
    nodeName,
    isRoot,
    refuse: (target, alert) => protection.refuse(target, alert),
    offenderMinutes: loaded.conf.repeatedOffendersMinutes,
    climbWhileInForce: settings.repeatedOffendersClimbInForce,
    scriptDeadlineMs: settings.scriptDeadlineSeconds * 1000,
    runningPerExecutable: settings.maxRunningPerExecutable,
    runningInAll: settings.maxRunning,
    reconcileEveryMs: settings.reconcileIntervalSeconds * 1000,
  });
}

function tellFindings(findings: readonly Finding[], print: (line: string) => void): void {
  for (const finding of findings) print(`reconcile: ${finding.kind}: ${finding.text}`);
}

function createDispatcherOf({ settings, clock }: ServiceOptions, agent: Agent, checkpointer: Checkpointer): Dispatcher {
  return createDispatcher({
    agent,
    maxAgeMs: () => settings.maxEventAgeSeconds * 1000,
    nowMs: clock.nowMs,
    noteDecision: (decision) => checkpointer.noteDecision(decision),
    noteExecution: (execution) => checkpointer.noteExecution(execution),
    noteRecalled: (execution) => checkpointer.noteRecalled(execution),
    noteOwed: (message, isStored) => checkpointer.noteOwed(message, isStored),
  });
}

function createPipelineOf(options: ServiceOptions, dispatcher: Dispatcher): Pipeline {
  const { paths, clock, print, settings, protection, loaded } = options;
  return createPipeline(loaded, {
    alerts: openAlertWriter(paths.alerts, (alerts) => print(`${alerts} alerts could not be written and are lost`)),
    nowMs: clock.nowMs,
    standingFacts: () => ({
      agents: [],
      neverBlock: protection.neverBlock,
      targetOf: protection.targetOf,
      maxAgeMs: settings.maxEventAgeSeconds * 1000,
      observe: !options.enforcing,
    }),
    onAlert: (alert) => print(describeAlert(alert, clock.nowMs())),
    onFailure: print,
    onDecision: (decision, alert) => {
      if (decision.outcome !== 'run') print(describeSuppressed(decision, clock.nowMs()));
      dispatcher.dispatch(decision, alert);
    },
  });
}

function startSources(parts: Parts): readonly Source[] {
  const { options, store, pipeline, checkpointer } = parts;
  const { clock, print, sources: plan } = options;
  const positions = store.positions();
  const onTrouble = (trouble: SourceTrouble): void => print(`${trouble.location}: ${trouble.message}`);
  const handlers = <Message>(path: string, take: (messages: readonly Message[]) => void) => ({
    onTrouble,
    onBatch: (messages: readonly Message[], after: SourcePosition) => {
      take(messages);
      checkpointer.notePosition(path, after);
    },
  });
  const sources: Source[] = plan.logFiles.map((path) =>
    createTailSource(
      { path, clock, position: positions.get(path) },
      handlers(path, (messages) => pipeline.takeMessages(messages)),
    ),
  );
  if (plan.alertsFile !== undefined) {
    const path = plan.alertsFile;
    sources.push(
      createAlertsSource(
        { path, clock, position: positions.get(path) },
        handlers(path, (messages) => {
          for (const { alert, rule, timeMs } of messages) pipeline.takeAlert(alert, rule, timeMs);
        }),
      ),
    );
  }
  for (const source of sources) source.start();
  return sources;
}

/** A file without new lines has a place to go back to as well: what is written to it while we are down must be found. */
function notePositions(sources: readonly Source[], checkpointer: Checkpointer): void {
  for (const source of sources) {
    const position = source.position();
    if (position !== null) checkpointer.notePosition(source.location, position);
  }
}

function reload({ options, pipeline }: Parts): { loaded: boolean; problems: readonly Problem[] } {
  const { loaded, problems } = options.rules.load();
  if (loaded === undefined) return { loaded: false, problems };
  pipeline.useRules(loaded);
  options.protection.use(loaded.table);
  return { loaded: true, problems };
}

async function stop(
  { options, store, agent, checkpointer, pipeline }: Parts,
  sources: readonly Source[],
): Promise<void> {
  await Promise.all(sources.map((source) => source.stop()));
  notePositions(sources, checkpointer);
  pipeline.flushAlerts();
  if (options.enforcing) await agent.stop({ lift: options.settings.liftOnStop });
  checkpointer.stop();
  checkpointer.store();
  store.close();
}
