// The first attack must not be the one that our code is compiled for: an engine that has never run is several times slower than one that has.
import type { Agent } from '../agent/agent.ts';
import type { LogMessage } from '../source/message.ts';
import { createAlertWriter } from './alert-writer.ts';
import { createDispatcher } from './dispatcher.ts';
import { createPipeline, type StandingFacts } from './pipeline.ts';
import { describeAlert, describeExecution, describeSuppressed } from './report.ts';
import type { LoadedRules } from './rules.ts';

/** Enough for the compiler to take notice. */
const attackers = 500;
const failures = 8;
const location = 'warm-up';

export interface WarmUpOptions {
  readonly loaded: Pick<LoadedRules, 'table' | 'createFreshDetector'>;
  readonly standingFacts: () => StandingFacts;
  /** One that acts upon nothing; it is started and stopped here. */
  readonly agent: Agent;
  readonly nowMs: number;
}

/**
 * Analyses messages that nobody sent, from addresses that are nobody's (RFC 5737), by the loaded rules but with a memory of their own: what is found is
 * forgotten, nothing is written, and what is decided goes to an endpoint that acts
 * upon nothing. Takes part of a second.
 */
export async function warmUp({ loaded, standingFacts, agent, nowMs }: WarmUpOptions): Promise<void> {
  const nowhere = { write: (bytes: Buffer) => bytes.length, close: () => undefined };
  const alerts = createAlertWriter(nowhere, {
    mostKept: 1024 * 1024,
    onDropped: () => undefined,
    onTurn: () => undefined,
  });
  agent.onExecution((execution) => describeExecution(execution, nowMs));
  await agent.start();
  const dispatcher = createDispatcher({
    agent,
    maxAgeMs: () => standingFacts().maxAgeMs,
    nowMs: () => nowMs,
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
      nowMs: () => nowMs,
      onAlert: (alert) => describeAlert(alert, nowMs),
      onDecision: (decision, alert) => {
        describeSuppressed(decision, nowMs);
        dispatcher.dispatch(decision, alert);
      },
    },
  );
  for (let attacker = 0; attacker < attackers; attacker += 1) {
    pipeline.takeMessages(makeMessages(attacker, nowMs));
    // One after the other, as attackers come: in a crowd other code would run.
    await new Promise(setImmediate);
  }
  await agent.stop({ lift: true });
}

function makeMessages(attacker: number, nowMs: number): LogMessage[] {
  const address = `${attacker % 2 === 0 ? '198.51.100' : '203.0.113'}.${(attacker >> 1) % 256}`;
  const head = `Jan  1 00:00:00 host`;
  const texts = [
    `${head} CRON[1]: (root) CMD (true)`,
    `${head} sshd[1]: Invalid user u${attacker} from ${address} port 1`,
    ...Array.from(
      { length: failures },
      () => `${head} sshd[1]: Failed password for root from ${address} port ${1024 + attacker} ssh2`,
    ),
  ];
  return texts.map((text, index) => ({ id: `${attacker}.${index}`, location, text, timeMs: nowMs }));
}
