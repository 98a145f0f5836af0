// Runs in a thread of its own: an engine that answers batches of messages.
import { takeSteps } from '../../config/steps.ts';
import { createDetector, type Engine, type EngineOptions } from '../../detect/engine.ts';
import { loadRulesetInSteps, type Ruleset } from '../../detect/load.ts';
import { PatternWatch, type SlowPattern } from '../../detect/patterns/pattern-watch.ts';
import { createOwnMemory, createSharedMemory, SharedCounts } from '../../detect/shared-counts.ts';
import { listenInThread, type ThreadPort } from '../../system/threads.ts';
import { unpackMessages } from './packed-messages.ts';
import type { Answer, BatchOrder, EngineSettings, FoundAlert, LoadOrder, Order, UseOrder } from './protocol.ts';

interface Bench {
  readonly ruleset: Ruleset;
  readonly settings: EngineSettings;
  readonly counts: SharedCounts;
  readonly engine: Engine;
}

/** Read and not used yet, by number. */
const loaded = new Map<number, Bench>();
let current: Bench | undefined;
let warmUp: Bench | undefined;

function engineOptions({ records, ...settings }: EngineSettings, shared: SharedCounts): EngineOptions {
  return { ...settings, logtest: false, shared, ...(records !== undefined && { records }) };
}

function setUp(ruleset: Ruleset, settings: EngineSettings, counts: SharedCounts): Bench {
  return {
    ruleset,
    settings,
    counts,
    engine: createDetector(ruleset, engineOptions(settings, counts)),
  };
}

/** By the same rules, with counters that nobody shares. */
function setUpWarmUp({ ruleset, settings }: Bench): Bench {
  const rules = ruleset.rules.rules.length;
  return setUp(ruleset, settings, new SharedCounts(createSharedMemory(rules), createOwnMemory(rules)));
}

async function load({ number, texts, settings, shared, own }: LoadOrder, port: ThreadPort): Promise<Answer> {
  const disk = { list: () => undefined, read: (path: string) => texts.texts.get(path) };
  const { files, logAlertLevel, emailAlertLevel } = texts;
  const onSlow = (pattern: SlowPattern): void => port.post({ kind: 'slow', pattern } satisfies Answer);
  const patternWatch = new PatternWatch({ now: () => port.ticksMs(), onSlow });
  const steps = loadRulesetInSteps({ files, disk, logAlertLevel, emailAlertLevel, patternWatch });
  const { ruleset, problems } = await takeSteps(steps, port.turn);
  if (ruleset === undefined) {
    const error = problems.find(({ severity }) => severity === 'error');
    return { kind: 'loaded', number, problem: error?.message ?? 'it cannot be loaded' };
  }
  loaded.set(number, setUp(ruleset, settings, new SharedCounts(shared, own)));
  return { kind: 'loaded', number, problem: undefined };
}

function use({ number, remembered }: UseOrder): Answer {
  const next = loaded.get(number);
  if (next === undefined) throw new Error(`ruleset ${number} was not loaded`);
  // Of others that were read, nobody will ask.
  loaded.clear();
  next.engine.restore(remembered);
  current = next;
  return { kind: 'used', number };
}

function judge({ counts, engine }: Bench, { number, messages, learned }: BatchOrder): Answer {
  counts.beginBatch(number);
  engine.learn(learned);
  const found: FoundAlert[] = [];
  let at = 0;
  for (const message of unpackMessages(messages)) {
    const detection = engine.process(message);
    if (detection !== undefined) found.push({ at, alert: detection.alert, logged: detection.logged });
    at += 1;
  }
  return { kind: 'answer', number, found, records: engine.takeRecords(), changes: engine.changes() };
}

function answerBatch(order: BatchOrder): Answer {
  try {
    if (current === undefined) throw new Error('no ruleset is in use');
    if (!order.isWarmUp) return judge(current, order);
    warmUp ??= setUpWarmUp(current);
    return judge(warmUp, order);
  } catch (error) {
    return { kind: 'failed', number: order.number, message: error instanceof Error ? error.message : String(error) };
  }
}

function obey(order: Order, port: ThreadPort): void {
  switch (order.kind) {
    case 'load':
      // What it throws ends the thread, and is told.
      void load(order, port).then(port.post);
      return;
    case 'use':
      port.post(use(order));
      return;
    case 'batch':
      port.post(answerBatch(order));
      return;
    case 'warm':
      warmUp = undefined;
  }
}

listenInThread((message, port) => obey(message as Order, port));
