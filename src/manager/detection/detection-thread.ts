// One of the detection threads, as the main thread sees it: it answers what it is sent, in order; when it dies, another takes its place.
import type { SlowPattern } from '../../detect/patterns/pattern-watch.ts';
import { createOwnMemory, type OwnMemory, type SharedMemory, takeBack } from '../../detect/shared-counts.ts';
import type { DetectionSnapshot } from '../../detect/snapshot.ts';
import type { LogMessage } from '../../source/message.ts';
import type { Thread, ThreadHandlers } from '../../system/threads.ts';
import type { RulesetTexts } from '../ruleset-texts.ts';
import { type Deferred, defer } from './deferred.ts';
import { packMessages } from './packed-messages.ts';
import type { Answer, BatchAnswer, EngineSettings, LoadOrder, Order } from './protocol.ts';

/** A ruleset as all threads get it. */
export interface SharedRuleset {
  readonly number: number;
  readonly texts: RulesetTexts;
  readonly settings: EngineSettings;
  readonly shared: SharedMemory;
  readonly ruleIds: readonly string[];
}

/** What of a batch goes to one thread. */
export interface Part {
  readonly number: number;
  readonly messages: readonly LogMessage[];
  readonly isWarmUp: boolean;
  /** How many threads have died while it was the next to be answered. */
  deaths: number;
}

export interface DetectionThreadDeps<OwnPart extends Part> {
  /** Its number, from 1 on, for the operator. */
  readonly shownNumber: number;
  readonly startThread: (handlers: ThreadHandlers) => Thread;
  /** What a new one is to remember. */
  readonly remembered: () => DetectionSnapshot;
  /** Second since 1970; 0: no window. */
  readonly ignoredSince: (ruleId: string) => number;
  readonly onAnswer: (part: OwnPart, answer: BatchAnswer) => void;
  readonly onFailed: (part: OwnPart, error: Error) => void;
  readonly onSlow: (pattern: SlowPattern) => void;
  /** One line for the operator. */
  readonly print: (line: string) => void;
}

interface OwnRuleset extends SharedRuleset {
  readonly own: OwnMemory;
}

interface NextRuleset {
  readonly ruleset: OwnRuleset;
  readonly loading: Deferred;
  /** By the thread that runs now. */
  isAskedFor: boolean;
  isLoaded: boolean;
}

/** A part on which so many have died is given up, and so is a thread that so many times did not even begin. */
const mostDeaths = 3;

function addOwnMemory(ruleset: SharedRuleset): OwnRuleset {
  return { ...ruleset, own: createOwnMemory(ruleset.ruleIds.length) };
}

function orderToLoad({ number, texts, settings, shared, own }: OwnRuleset): LoadOrder {
  return { kind: 'load', number, texts, settings, shared, own };
}

export class DetectionThread<OwnPart extends Part> {
  private readonly deps: DetectionThreadDeps<OwnPart>;
  private thread: Thread | undefined;
  private ruleset: OwnRuleset;
  private next: NextRuleset | undefined;
  /** It judges by `ruleset`. */
  private isReady = false;
  private ready = defer();
  private unanswered: OwnPart[] = [];
  private learned: string[] = [];
  private vainStarts = 0;
  private isStopped = false;
  private failure: Error | undefined;

  constructor(ruleset: SharedRuleset, deps: DetectionThreadDeps<OwnPart>) {
    this.deps = deps;
    this.ruleset = addOwnMemory(ruleset);
    this.begin();
  }

  /** Resolves when batches are judged by the ruleset; rejects where that cannot be. */
  untilReady(): Promise<void> {
    return this.ready.promise;
  }

  send(part: OwnPart): void {
    if (this.failure !== undefined) {
      this.deps.onFailed(part, this.failure);
      return;
    }
    this.unanswered.push(part);
    if (this.isReady) this.post(part);
  }

  /** First-seen lines of others: told with the next batch. */
  learn(lines: readonly string[]): void {
    for (const line of lines) this.learned.push(line);
  }

  forgetWarmUp(): void {
    this.order({ kind: 'warm' });
  }

  /** Reads another ruleset and goes on with the one in use. Rejects where it cannot be used. */
  prepare(ruleset: SharedRuleset): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.next = { ruleset: addOwnMemory(ruleset), loading: defer(), isAskedFor: false, isLoaded: false };
    this.askForNext();
    return this.next.loading.promise;
  }

  dropPrepared(): void {
    this.next = undefined;
  }

  /** Takes up what was prepared, while it has nothing to answer. */
  usePrepared(): Promise<void> {
    const { next } = this;
    if (next === undefined) throw new Error('no ruleset was prepared');
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.ruleset = next.ruleset;
    this.next = undefined;
    this.isReady = false;
    this.ready = defer();
    if (next.isLoaded) this.orderUse();
    else if (!next.isAskedFor) this.order(orderToLoad(this.ruleset));
    return this.ready.promise;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.thread?.end();
  }

  private begin(): void {
    this.isReady = false;
    this.learned = [];
    if (this.next !== undefined) Object.assign(this.next, { isAskedFor: false, isLoaded: false });
    const thread = this.deps.startThread({
      onMessage: (message) => {
        if (this.thread === thread) this.hear(message as Answer);
      },
      onEnd: (reason) => {
        if (this.thread === thread) this.replace(reason);
      },
    });
    this.thread = thread;
    this.order(orderToLoad(this.ruleset));
  }

  private order(order: Order): void {
    this.thread?.post(order);
  }

  private orderUse(): void {
    this.order({ kind: 'use', number: this.ruleset.number, remembered: this.deps.remembered() });
  }

  private askForNext(): void {
    if (!this.isReady || this.next === undefined) return;
    this.next.isAskedFor = true;
    this.order(orderToLoad(this.next.ruleset));
  }

  private post({ number, messages, isWarmUp }: OwnPart): void {
    const { learned } = this;
    this.learned = [];
    this.order({ kind: 'batch', number, messages: packMessages(messages), learned, isWarmUp });
  }

  private hear(answer: Answer): void {
    switch (answer.kind) {
      case 'loaded':
        this.hearLoaded(answer.number, answer.problem);
        return;
      case 'used':
        if (answer.number === this.ruleset.number) this.becomeReady();
        return;
      case 'answer':
        this.withAnswered(answer.number, (part) => this.deps.onAnswer(part, answer));
        return;
      case 'failed':
        this.withAnswered(answer.number, (part) => this.deps.onFailed(part, new Error(answer.message)));
        return;
      case 'slow':
        this.deps.onSlow(answer.pattern);
    }
  }

  private hearLoaded(number: number, problem: string | undefined): void {
    if (number === this.ruleset.number && !this.isReady) {
      if (problem === undefined) this.orderUse();
      else this.giveUp(new Error(`detection thread ${this.deps.shownNumber} cannot load the ruleset: ${problem}`));
    } else if (number === this.next?.ruleset.number) {
      this.next.isLoaded = problem === undefined;
      if (problem === undefined) this.next.loading.resolve();
      else this.next.loading.reject(new Error(`detection thread ${this.deps.shownNumber}: ${problem}`));
    }
  }

  private becomeReady(): void {
    this.isReady = true;
    this.vainStarts = 0;
    for (const part of this.unanswered) this.post(part);
    this.askForNext();
    this.ready.resolve();
  }

  private withAnswered(number: number, act: (part: OwnPart) => void): void {
    const part = this.unanswered.shift();
    if (part?.number !== number) throw new Error(`batch ${number} was answered out of turn`);
    act(part);
  }

  private replace(reason: string): void {
    this.thread = undefined;
    if (this.isStopped) return;
    const [first] = this.unanswered;
    const { shared, own, ruleIds } = this.ruleset;
    takeBack(shared, own, first?.number, (index) => this.deps.ignoredSince(ruleIds[index] ?? ''));
    if (!this.isReady) this.vainStarts += 1;
    const who = `detection thread ${this.deps.shownNumber}`;
    if (this.vainStarts >= mostDeaths) {
      this.giveUp(new Error(`${who} ended ${mostDeaths} times before it could begin: ${reason}`));
      return;
    }
    this.deps.print(`${who} has ended (${reason}): another one takes its place, with what it remembered`);
    this.begin();
    if (first === undefined || this.vainStarts > 0) return;
    first.deaths += 1;
    if (first.deaths < mostDeaths) return;
    this.unanswered.shift();
    this.deps.onFailed(first, new Error(`${who} ended ${mostDeaths} times on one batch: ${reason}`));
  }

  private giveUp(error: Error): void {
    this.failure = error;
    this.deps.print(`${error.message}; its batches are refused until the service is started again`);
    this.ready.reject(error);
    this.next?.loading.reject(error);
    for (const part of this.unanswered.splice(0)) this.deps.onFailed(part, error);
  }
}
