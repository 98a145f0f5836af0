// The first attack must not be the one that our code is compiled for: an engine that has never run is several times slower than one that has.
import type { Agent } from '../agent/agent.ts';
import { type Clock, eventLoopTurn } from '../system/clock.ts';
import type { DetectionPool } from './detection/detection-pool.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createLineWriter } from './line-writer.ts';
import { createPipeline, type Pipeline, type StandingFacts } from './pipeline.ts';
import { describeAlert, describeExecution, describeSuppressed } from './report.ts';
import type { LoadedRules } from './rules.ts';
import { groupAttacks } from './warm-up-attacks.ts';

/** A detection thread of its own code, which the main thread cannot compile for it. */
export async function warmUpThreads(pool: Pick<DetectionPool, 'warmUp'>, clock: Pick<Clock, 'nowMs'>): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await pool.warmUp(groupAttacks(round, clock.nowMs()));
}

/** What is compiled while everything exists once is made for that one, and thrown away when the real one comes. */
const rounds = 2;

export interface WarmUpOptions {
  readonly loaded: Pick<LoadedRules, 'table' | 'createFreshDetector'>;
  readonly standingFacts: () => StandingFacts;
  /** Makes one that acts upon nothing; it is started and stopped here. */
  readonly createAgent: () => Agent;
  readonly clock: Clock;
}

/**
 * Analyses messages that nobody sent, from addresses that are nobody's, by the loaded rules but with a memory of their own: what is found is forgotten,
 * nothing is written, and what is decided goes to an endpoint that acts upon nothing. Takes about a second.
 */
export async function warmUp(options: WarmUpOptions): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await runRound(options, round);
}

async function runRound(options: WarmUpOptions, round: number): Promise<void> {
  const { clock } = options;
  const agent = options.createAgent();
  agent.onExecution((execution) => describeExecution(execution, clock.nowMs()));
  await agent.start();
  const pipeline = createIdlePipeline(options, createIdleDispatcher(options, agent));
  for (const messages of groupAttacks(round, clock.nowMs())) {
    await pipeline.takeMessages(messages);
    await eventLoopTurn();
  }
  pipeline.close();
  await agent.stop({ lift: true });
}

function createIdleDispatcher({ standingFacts, clock }: WarmUpOptions, agent: Agent): Dispatcher {
  return createDispatcher({
    agent,
    maxAgeMs: () => standingFacts().maxAgeMs,
    nowMs: clock.nowMs,
    noteDecision: () => undefined,
    noteExecution: () => undefined,
    noteRecalled: () => undefined,
    noteOwed: () => undefined,
  });
}

function createIdlePipeline({ loaded, standingFacts, clock }: WarmUpOptions, dispatcher: Dispatcher): Pipeline {
  const nowhere = { write: (bytes: Buffer) => bytes.length, close: () => undefined };
  const alerts = createLineWriter(nowhere, {
    content: 'alerts',
    mostKept: 1024 * 1024,
    onDropped: () => undefined,
    onTurn: () => undefined,
  });
  const rules = { table: loaded.table, detector: loaded.createFreshDetector() };
  return createPipeline(rules, {
    alerts,
    standingFacts,
    nowMs: clock.nowMs,
    turn: eventLoopTurn,
    onAlert: (alert) => describeAlert(alert, clock.nowMs()),
    onDecided: (decision) => describeSuppressed(decision, clock.nowMs()),
    onDecision: (decision, alert) => dispatcher.dispatch(decision, alert),
  });
}
