// Detection in threads beside the main one. Batches are answered in parts, as each thread has done, and taken over whole, in the order in which they came.
import type { Detection } from '../../detect/detector.ts';
import type { EventRecords } from '../../detect/records.ts';
import { fillSharedMemory } from '../../detect/shared-counts.ts';
import { type DetectionSnapshot, mergeSnapshots } from '../../detect/snapshot.ts';
import type { LogMessage } from '../../source/message.ts';
import type { Thread, ThreadHandlers } from '../../system/threads.ts';
import { type Deferred, defer } from './deferred.ts';
import { DetectionThread, type Part, type SharedRuleset } from './detection-thread.ts';
import { type PoolRules, type PreparedRules, prepareRules } from './prepared-rules.ts';
import type { BatchAnswer, FoundAlert } from './protocol.ts';
import { Remembered } from './remembered.ts';
import { agentIdOf } from './route.ts';

export interface FoundMessage {
  readonly message: LogMessage;
  readonly detection: Detection;
}

export interface BatchHandlers {
  /** What one thread has found, as soon as it has answered. */
  onFound(found: readonly FoundMessage[], records: EventRecords | undefined): void;
  /** All have answered, and what they remember of it is part of `changes` from now on. */
  onTaken(): void;
}

export interface DetectionPool {
  readonly threads: number;
  /** Of the first rules, when what is remembered has been restored. Rejects, with no thread left, where they cannot work. */
  start(rules: PoolRules): Promise<void>;
  /** Rejects where it could not be judged. */
  detect(messages: readonly LogMessage[], handlers: BatchHandlers): Promise<void>;
  /** Has every thread judge messages that nobody sent, with a memory of their own. */
  warmUp(batches: Iterable<readonly LogMessage[]>): Promise<void>;
  /** Has every thread read other rules, and judge meanwhile. Rejects where one cannot, and nothing is taken up then. */
  prepare(rules: PoolRules): Promise<void>;
  /** Takes up what was prepared, between two batches; `use` is called in the same moment. */
  takeUp(use: () => void): Promise<void>;
  restore(snapshot: DetectionSnapshot): void;
  changes(): DetectionSnapshot;
  snapshot(): DetectionSnapshot;
  /** Ends all threads. What is under way is not answered any more. */
  stop(): Promise<void>;
}

export interface DetectionPoolOptions {
  readonly threads: number;
  readonly hostname: string;
  readonly startThread: (handlers: ThreadHandlers) => Thread;
  /** One line for the operator. */
  readonly print: (line: string) => void;
}

interface BatchPart extends Part {
  readonly thread: number;
  readonly batch: Batch;
  changes: DetectionSnapshot | undefined;
}

interface Batch {
  readonly handlers: BatchHandlers;
  readonly parts: BatchPart[];
  readonly whole: Deferred;
  waiting: number;
  failure: Error | undefined;
}

/** Numbers stay what an Int32 can hold. */
const largestNumber = 0x7fffffff;

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

export function createDetectionPool(options: DetectionPoolOptions): DetectionPool {
  return new Pool(options);
}

class Pool implements DetectionPool {
  readonly threads: number;
  private readonly options: DetectionPoolOptions;
  private readonly remembered: Remembered;
  private workers: DetectionThread<BatchPart>[] = [];
  private rules: PreparedRules | undefined;
  private prepared: PreparedRules | undefined;
  /** Not yet taken over, oldest first. */
  private queue: Batch[] = [];
  private lastNumber = 0;
  private lastRuleset = 0;
  /** While it is there, batches wait for it. */
  private hold: Deferred | undefined;
  private whenEmpty: Deferred | undefined;

  constructor(options: DetectionPoolOptions) {
    this.options = options;
    this.threads = options.threads;
    this.remembered = new Remembered(options.threads);
  }

  async start(rules: PoolRules): Promise<void> {
    const prepared = this.prepareRules(rules);
    this.begin(prepared);
    this.workers = Array.from({ length: this.threads }, (_, thread) => this.createWorker(thread, prepared.ruleset));
    try {
      await Promise.all(this.workers.map((worker) => worker.untilReady()));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private createWorker(thread: number, ruleset: SharedRuleset): DetectionThread<BatchPart> {
    const { startThread, print } = this.options;
    return new DetectionThread<BatchPart>(ruleset, {
      shownNumber: thread + 1,
      startThread,
      print,
      remembered: () => this.rememberedBy(thread),
      onSlow: (pattern) => this.rules?.tellSlow?.(pattern),
      ignoredSince: (ruleId) => this.remembered.ignoredSince(ruleId),
      onAnswer: (part, answer) => this.answer(part, answer),
      onFailed: ({ batch }, error) => {
        batch.failure ??= error;
        this.countAnswer(batch);
      },
    });
  }

  private prepareRules(rules: PoolRules): PreparedRules {
    this.lastRuleset += 1;
    return prepareRules(rules, { number: this.lastRuleset, threads: this.threads, hostname: this.options.hostname });
  }

  /** From here on these rules hold. Nothing is under way. */
  private begin(prepared: PreparedRules): void {
    const { ruleset, route, remark } = prepared;
    this.remembered.distribute(route);
    fillSharedMemory(ruleset.shared, this.remembered.counts(ruleset.ruleIds));
    this.rules = prepared;
    if (remark !== undefined) this.options.print(remark);
  }

  detect(messages: readonly LogMessage[], handlers: BatchHandlers): Promise<void> {
    if (this.hold !== undefined) return this.hold.promise.then(() => this.detect(messages, handlers));
    const batch = this.addBatch(handlers);
    for (const [thread, own] of this.divide(messages)) this.addPart(batch, thread, own, false);
    this.queue.push(batch);
    this.send(batch);
    return batch.whole.promise;
  }

  private addBatch(handlers: BatchHandlers): Batch {
    return { handlers, parts: [], whole: defer(), waiting: 0, failure: undefined };
  }

  private addPart(batch: Batch, thread: number, messages: readonly LogMessage[], isWarmUp: boolean): void {
    this.lastNumber = this.lastNumber === largestNumber ? 1 : this.lastNumber + 1;
    batch.parts.push({ number: this.lastNumber, thread, batch, messages, isWarmUp, deaths: 0, changes: undefined });
    batch.waiting += 1;
  }

  private send(batch: Batch): void {
    for (const part of [...batch.parts]) this.workers[part.thread]?.send(part);
  }

  private divide(messages: readonly LogMessage[]): ReadonlyMap<number, LogMessage[]> {
    const route = this.rules?.route ?? (() => 0);
    const parts = new Map<number, LogMessage[]>();
    for (const message of messages) {
      const thread = route(agentIdOf(message));
      const part = parts.get(thread);
      if (part === undefined) parts.set(thread, [message]);
      else part.push(message);
    }
    return parts;
  }

  private answer(part: BatchPart, { found, records, changes }: BatchAnswer): void {
    const { batch, messages, thread, isWarmUp } = part;
    if (!isWarmUp) {
      part.changes = changes;
      for (const [other, worker] of this.workers.entries()) if (other !== thread) worker.learn(changes.firstSeen);
      try {
        const detections = found.flatMap((each) => this.toDetection(each, messages));
        batch.handlers.onFound(detections, records);
      } catch (error) {
        batch.failure ??= toError(error);
      }
    }
    this.countAnswer(batch);
  }

  private toDetection({ at, alert, logged }: FoundAlert, messages: readonly LogMessage[]): FoundMessage[] {
    const message = messages[at];
    const rule = this.rules?.facts.get(alert.rule.id);
    return message === undefined || rule === undefined ? [] : [{ message, detection: { alert, rule, logged } }];
  }

  private countAnswer(batch: Batch): void {
    batch.waiting -= 1;
    if (batch.waiting === 0 && !this.queue.includes(batch)) batch.whole.resolve();
    while (this.queue[0]?.waiting === 0) this.takeOver();
    if (this.queue.length === 0) this.whenEmpty?.resolve();
  }

  private takeOver(): void {
    const batch = this.queue.shift();
    if (batch === undefined) return;
    // Also where one has failed: the others remember it and cannot forget.
    for (const { thread, changes } of batch.parts) if (changes !== undefined) this.remembered.apply(thread, changes);
    if (batch.failure !== undefined) {
      batch.whole.reject(batch.failure);
      return;
    }
    try {
      batch.handlers.onTaken();
      batch.whole.resolve();
    } catch (error) {
      batch.whole.reject(toError(error));
    }
  }

  /** With what it has answered of batches that others have still to answer. */
  private rememberedBy(thread: number): DetectionSnapshot {
    const later = this.queue.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.thread === thread && part.changes !== undefined ? [part.changes] : [])),
    );
    return later.reduce(mergeSnapshots, this.remembered.ofThread(thread));
  }

  async warmUp(batches: Iterable<readonly LogMessage[]>): Promise<void> {
    const all: Batch[] = [];
    for (const messages of batches) {
      const batch = this.addBatch({ onFound: () => undefined, onTaken: () => undefined });
      for (const thread of this.workers.keys()) this.addPart(batch, thread, messages, true);
      all.push(batch);
      this.send(batch);
    }
    await Promise.all(all.map(({ whole }) => whole.promise));
    for (const worker of this.workers) worker.forgetWarmUp();
  }

  async prepare(rules: PoolRules): Promise<void> {
    const prepared = this.prepareRules(rules);
    try {
      await Promise.all(this.workers.map((worker) => worker.prepare(prepared.ruleset)));
    } catch (error) {
      for (const worker of this.workers) worker.dropPrepared();
      throw error;
    }
    this.prepared = prepared;
  }

  async takeUp(use: () => void): Promise<void> {
    const { prepared } = this;
    if (prepared === undefined) throw new Error('no ruleset was prepared');
    this.prepared = undefined;
    this.hold = defer();
    try {
      await this.untilEmpty();
      this.begin(prepared);
      const used = await Promise.allSettled(this.workers.map((worker) => worker.usePrepared()));
      // Whatever happened to one: the others judge by the new rules now.
      use();
      for (const result of used) if (result.status === 'rejected') throw result.reason;
    } finally {
      const { hold } = this;
      this.hold = undefined;
      hold.resolve();
    }
  }

  private async untilEmpty(): Promise<void> {
    if (this.queue.length === 0) return;
    this.whenEmpty = defer();
    await this.whenEmpty.promise;
    this.whenEmpty = undefined;
  }

  restore(snapshot: DetectionSnapshot): void {
    this.remembered.restore(snapshot);
  }

  changes(): DetectionSnapshot {
    return this.remembered.changes();
  }

  snapshot(): DetectionSnapshot {
    return this.remembered.snapshot();
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }
}
