// The first attack must not be the one that our code is compiled for: an engine that has never run is several times slower than one that has.
import type { Agent } from '../agent/agent.ts';
import type { LogMessage } from '../source/message.ts';
import { LineSplitter } from '../source/split-lines.ts';
import { type Clock, eventLoopTurn } from '../system/clock.ts';
import { createAlertWriter } from './alert-writer.ts';
import { createDispatcher } from './dispatcher.ts';
import { createPipeline, type StandingFacts } from './pipeline.ts';
import { describeAlert, describeExecution, describeSuppressed } from './report.ts';
import type { LoadedRules } from './rules.ts';

/** Enough for the compiler to take notice. */
const loners = 500;
const crowds = 16;
/** As many as fill one read of a log. */
const crowdSize = 90;
const failures = 8;
const location = 'warm-up';

export interface WarmUpOptions {
  readonly loaded: Pick<LoadedRules, 'table' | 'createFreshDetector'>;
  readonly standingFacts: () => StandingFacts;
  /** One that acts upon nothing; it is started and stopped here. */
  readonly agent: Agent;
  readonly clock: Clock;
}

/**
 * Analyses messages that nobody sent, from addresses that are nobody's, by the loaded rules but with a memory of their own: what is found is forgotten,
 * nothing is written, and what is decided goes to an endpoint that acts upon nothing. Takes part of a second.
 */
export async function warmUp({ loaded, standingFacts, agent, clock }: WarmUpOptions): Promise<void> {
  const nowhere = { write: (bytes: Buffer) => bytes.length, close: () => undefined };
  const alerts = createAlertWriter(nowhere, {
    mostKept: 1024 * 1024,
    onDropped: () => undefined,
    onTurn: () => undefined,
  });
  agent.onExecution((execution) => describeExecution(execution, clock.nowMs()));
  await agent.start();
  const dispatcher = createDispatcher({
    agent,
    maxAgeMs: () => standingFacts().maxAgeMs,
    nowMs: clock.nowMs,
    noteDecision: () => undefined,
    noteExecution: () => undefined,
    noteRecalled: () => undefined,
    noteOwed: () => undefined,
  });
  const pipeline = createPipeline(
    { table: loaded.table, detector: loaded.createFreshDetector() },
    {
      alerts,
      standingFacts,
      nowMs: clock.nowMs,
      turn: eventLoopTurn,
      onAlert: (alert) => describeAlert(alert, clock.nowMs()),
      onDecided: (decision) => describeSuppressed(decision, clock.nowMs()),
      onDecision: (decision, alert) => dispatcher.dispatch(decision, alert),
    },
  );
  for (const attackers of groupAttackers()) {
    pipeline.takeMessages(makeMessages(attackers, clock.nowMs()));
    await eventLoopTurn();
  }
  pipeline.close();
  await agent.stop({ lift: true });
}

/** One after the other, as attackers come, and then in crowds: each takes ways through the code that the other does not. */
function* groupAttackers(): Generator<string[]> {
  const addresses = nobodysAddresses();
  const take = (count: number): string[] => Array.from({ length: count }, () => addresses.next().value);
  for (let loner = 0; loner < loners; loner += 1) yield take(1);
  for (let crowd = 0; crowd < crowds; crowd += 1) yield take(crowdSize);
}

/** Of 240.0.0.0/4, reserved since RFC 1112. */
function* nobodysAddresses(): Generator<string, never> {
  for (let number = 0; ; number += 1) yield `240.0.${(number >> 8) & 255}.${number & 255}`;
}

/** By way of bytes, as a log is read: the engine tells texts apart by how they came to be. */
function makeMessages(attackers: readonly string[], nowMs: number): LogMessage[] {
  const lines = attackers.flatMap((address, index) => attackOf(address, index));
  const messages: LogMessage[] = [];
  new LineSplitter(0).push(Buffer.from(lines.join('')), (text, offset) => {
    messages.push({ id: `${attackers[0]}.${offset}`, location, text, timeMs: nowMs });
  });
  return messages;
}

function attackOf(address: string, index: number): string[] {
  const head = 'Jan  1 00:00:00 host';
  const failure = `${head} sshd[1]: Failed password for root from ${address} port ${1024 + index} ssh2\n`;
  return [
    `${head} CRON[1]: (root) CMD (true)\n`,
    `${head} sshd[1]: Invalid user u${index} from ${address} port 1\n`,
    ...Array.from({ length: failures }, () => failure),
  ];
}
