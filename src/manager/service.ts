// One process: sources → detect → decide → dispatch → the local agent, with its state, its channel and its orderly end.
import { randomUUID } from 'node:crypto';
import type { Agent, Finding } from '../agent/agent.ts';
import { escapeControls } from '../alert/escape.ts';
import type { Settings, SettingValues } from '../config/settings.ts';
import { type AlertServer, startAlertServer } from '../serve/alert-server.ts';
import { startControlServer } from '../serve/control-server.ts';
import { openStore, type Store } from '../store/store.ts';
import { type Clock, eventLoopTurn } from '../system/clock.ts';
import { startMemoryReturn } from '../system/memory.ts';
import { catchUp } from './catch-up.ts';
import { type Checkpointer, startCheckpointer } from './checkpointer.ts';
import type { Configuration, ConfigurationOutcome } from './configuration.ts';
import type { DetectionPool } from './detection/detection-pool.ts';
import { openPool } from './detection/open-pool.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createHandlers } from './handlers.ts';
import type { HomePaths } from './home.ts';
import { startHousekeeping } from './housekeeping.ts';
import { agentSettings, createIdleLocalAgent, createLocalAgent } from './local-agent.ts';
import { type Logs, openLogs } from './open-logs.ts';
import { createPipeline, type Pipeline, type StandingFacts } from './pipeline.ts';
import { createPostedAlerts, readToken } from './posted-alerts.ts';
import type { Protection } from './protection.ts';
import { createReloader, type Reloader } from './reload.ts';
import { describeAlert, describeExecution, describeSuppressed } from './report.ts';
import type { Rules } from './rules.ts';
import { createSourceSet, type SourceSet, type StdinInput } from './source-set.ts';
import { readStoredInForce } from './stored.ts';
import { warmUp, warmUpThreads } from './warm-up.ts';

export interface ServiceOptions {
  readonly paths: HomePaths;
  readonly rules: Rules;
  /** What holds at the start; `rules` uses its rules already. */
  readonly configuration: Configuration;
  /** Reads all of it anew, for a reload. */
  readonly readConfiguration: () => Promise<ConfigurationOutcome>;
  readonly protection: Protection;
  readonly clock: Clock;
  readonly stdin: StdinInput;
  readonly nodeName: string;
  readonly pid: number;
  readonly isRoot: boolean;
  /** False: decide and record, touch nothing. */
  readonly enforcing: boolean;
  /** One line for the operator. */
  readonly print: (line: string) => void;
}

export interface Service {
  readonly reload: Reloader['reload'];
  stop(): Promise<void>;
}

/** Rejects where a part cannot start; the process is then to end. The caller holds the lock of the home. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const pool = openPool(options);
  try {
    return await startParts(options, pool);
  } catch (error) {
    await pool?.stop();
    throw error;
  }
}

async function startParts(options: ServiceOptions, pool: DetectionPool | undefined): Promise<Service> {
  const { paths, clock, print, rules, configuration, protection } = options;
  const store = openStore(paths.database, { nowMs: clock.nowMs(), onSetAside: print });
  const agent = createAgentOf(options);
  let flushAlerts = (): void => undefined;
  const checkpointer = startCheckpointer({
    store,
    clock,
    beforeStore: () => flushAlerts(),
    takeCorrelation: () => rules.takeCorrelation(),
    onFailure: print,
  });
  agent.onExecution((execution) => {
    checkpointer.noteExecution(execution);
    print(describeExecution(execution, clock.nowMs()));
  });
  rules.restore(store.loadCorrelation());
  await pool?.start(configuration.loaded);
  agent.onFinding((finding) => tellFindings([finding], print));
  const settings = (): Settings => reloader.values().settings;
  const dispatcher = createDispatcherOf(options, { agent, checkpointer, settings });
  const agentRuns = options.enforcing || (await isOwed(options));
  if (agentRuns) {
    tellFindings((await agent.start()).findings, print);
    catchUp(store, agent, checkpointer);
    if (options.enforcing) {
      dispatcher.resume(store.owed());
      await agent.prepare(configuration.loaded.conf.activeResponses.map(({ command }) => command.executable));
    }
  }
  const logs = openLogs({ paths, clock, print, rotation: configuration.values.settings.alertsRotation });
  const pipeline = createPipelineOf(options, { dispatcher, settings, logs, pool });
  flushAlerts = () => pipeline.flushAlerts();
  const sources = createSourcesOf(options, { store, checkpointer, pipeline, settings });
  const { readConfiguration } = options;
  const parts = { rules, pipeline, pool, protection, agent, sources };
  const reloader = createReloader({ configuration, readConfiguration, ...parts });
  const values = (): SettingValues => reloader.values();
  let ready = false;
  const isReady = (): boolean => ready;
  const { reload } = reloader;
  const control = await startControlServer(
    paths.socket,
    createHandlers({ options, agent, agentRuns, isReady, pipeline, checkpointer, sources, values, reload }),
  );
  const http = await listenOf(options, { pipeline, checkpointer, settings, isReady });
  await Promise.all([warmUpOf(options, settings), pool === undefined ? undefined : warmUpThreads(pool, clock)]);
  sources.add(configuration.plan.sources);
  const housekeeping = startHousekeeping({
    clock,
    store,
    protection,
    flushLogs: () => {
      flushAlerts();
      logs.retry();
    },
    saveVolume: logs.saveVolume,
    onFailure: print,
  });
  const memory = startMemoryReturn(clock);
  // Sources have opened their files: a crash from here on loses no line.
  sources.notePositions();
  checkpointer.store();
  ready = true;
  return {
    reload,
    async stop() {
      housekeeping.stop();
      memory.stop();
      await control.close();
      await http?.close();
      await reloader.settled();
      await sources.stop();
      await pool?.stop();
      pipeline.close();
      await logs.close();
      if (agentRuns) await agent.stop({ lift: settings().liftOnStop });
      checkpointer.stop();
      checkpointer.store();
      store.close();
    },
  };
}

type HttpParts = Pick<SourceParts, 'pipeline' | 'checkpointer' | 'settings'> & { readonly isReady: () => boolean };

/** Undefined where the settings name no address. */
async function listenOf(
  { paths, clock, print }: ServiceOptions,
  { pipeline, checkpointer, settings, isReady }: HttpParts,
): Promise<AlertServer | undefined> {
  const { httpListen: listen } = settings();
  if (listen === undefined) return undefined;
  const take = createPostedAlerts({
    pipeline,
    checkpointer,
    mappings: () => settings().alertMappings,
    nowMs: clock.nowMs,
    newRequestId: randomUUID,
    turn: eventLoopTurn,
  });
  const server = await startAlertServer({ listen, token: readToken(paths.httpToken), isReady, take });
  print(`alerts may be posted to http://${listen}/alerts, with the token in ${paths.httpToken}`);
  return server;
}

/** A service that only observes still lifts on time what an earlier one put into force. */
async function isOwed({ paths, isRoot, print }: ServiceOptions): Promise<boolean> {
  const inForce = isRoot ? await readStoredInForce(paths) : [];
  if (inForce.length === 0) return false;
  print(`${inForce.length} responses of an earlier service are in force: they are kept, and lifted on time`);
  return true;
}

function createAgentOf({ paths, clock, configuration, nodeName, isRoot, protection }: ServiceOptions): Agent {
  const { values, loaded } = configuration;
  return createLocalAgent({
    paths,
    clock,
    nodeName,
    isRoot,
    refuse: protection.refuse,
    settings: agentSettings(values.settings, loaded.conf),
  });
}

function tellFindings(findings: readonly Finding[], print: (line: string) => void): void {
  for (const { kind, text } of findings) print(escapeControls(`reconcile: ${kind}: ${text}`));
}

interface DispatcherParts {
  readonly agent: Agent;
  readonly checkpointer: Checkpointer;
  readonly settings: () => Settings;
}

function createDispatcherOf({ clock }: ServiceOptions, { agent, checkpointer, settings }: DispatcherParts): Dispatcher {
  return createDispatcher({
    agent,
    maxAgeMs: () => settings().maxEventAgeSeconds * 1000,
    nowMs: clock.nowMs,
    noteDecision: (decision) => checkpointer.noteDecision(decision),
    noteExecution: (execution) => checkpointer.noteExecution(execution),
    noteRecalled: (execution) => checkpointer.noteRecalled(execution),
    noteOwed: (message, isStored) => checkpointer.noteOwed(message, isStored),
  });
}

function standingFactsOf({ protection, enforcing }: ServiceOptions, settings: () => Settings): () => StandingFacts {
  return () => ({
    agents: [],
    neverBlock: protection.neverBlock,
    targetOf: protection.targetOf,
    maxAgeMs: settings().maxEventAgeSeconds * 1000,
    observe: !enforcing,
  });
}

async function warmUpOf(options: ServiceOptions, settings: () => Settings): Promise<void> {
  const { clock, configuration, protection } = options;
  await warmUp({
    loaded: configuration.loaded,
    standingFacts: standingFactsOf(options, settings),
    createAgent: () => createIdleLocalAgent({ clock, refuse: protection.refuse }),
    clock,
  });
}

interface PipelineParts {
  readonly dispatcher: Dispatcher;
  readonly settings: () => Settings;
  readonly logs: Logs;
  readonly pool: DetectionPool | undefined;
}

function createPipelineOf(options: ServiceOptions, { dispatcher, settings, logs, pool }: PipelineParts): Pipeline {
  const { clock, print, configuration } = options;
  return createPipeline(configuration.loaded, {
    alerts: logs.alerts,
    eventLogs: logs.events,
    volume: logs.volume,
    pool,
    nowMs: clock.nowMs,
    turn: eventLoopTurn,
    standingFacts: standingFactsOf(options, settings),
    onAlert: (alert) => print(describeAlert(alert, clock.nowMs())),
    onDecided: (decision) => {
      if (decision.outcome !== 'run') print(describeSuppressed(decision, clock.nowMs()));
    },
    onDecision: (decision, alert) => dispatcher.dispatch(decision, alert),
  });
}

interface SourceParts {
  readonly store: Store;
  readonly checkpointer: Checkpointer;
  readonly pipeline: Pipeline;
  readonly settings: () => Settings;
}

function createSourcesOf(options: ServiceOptions, { store, checkpointer, pipeline, settings }: SourceParts): SourceSet {
  const { clock, print, stdin } = options;
  return createSourceSet({
    clock,
    print,
    stdin,
    pipeline,
    journalSenders: () => settings().journalSenders,
    notePosition: (location, position) => checkpointer.notePosition(location, position),
    positions: () => {
      checkpointer.store();
      return store.positions();
    },
  });
}
