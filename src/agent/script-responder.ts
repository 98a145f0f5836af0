// Responses that a script of the user carries out: the exchange of keys, and what is written down at each step of it.
import { errorText } from '../alert/error-text.ts';
import type { CommandMessage } from '../fleet/command.ts';
import type { Execution } from '../fleet/execution.ts';
import type { Outcome } from '../respond/contract.ts';
import type { Core } from './core.ts';
import { laterExpiry } from './expiry.ts';
import { effectName, type Held, type Means } from './held.ts';
import type { Release } from './locks.ts';
import { baseName, messageLines } from './message.ts';
import type { Responder } from './responder.ts';
import type { Reverts } from './reverts.ts';
import type { ScriptResult, ScriptRunner } from './scripts/runner.ts';
import { RunSlots } from './slots.ts';

export type ScriptMeans = Extract<Means, { kind: 'script' }>;

/** What one run learnt on its way. */
interface Exchange {
  release: Release | undefined;
  /** Why it was answered `abort`, or never answered. */
  ending: { readonly state: 'rejected' | 'expired' | 'failed'; readonly reason: string } | undefined;
}

const keptRuns = 4;

export class ScriptResponder implements Responder {
  private readonly core: Core;
  private readonly reverts: Reverts;
  private readonly runner: ScriptRunner;
  private readonly runSlots: RunSlots;
  private readonly revertSlots: RunSlots;
  private readonly locate: (message: CommandMessage) => ScriptMeans | undefined;
  private stopping = false;

  constructor(core: Core, reverts: Reverts, locate: (message: CommandMessage) => ScriptMeans | undefined) {
    const { settings } = core;
    this.core = core;
    this.reverts = reverts;
    this.runner = core.deps.scripts;
    this.locate = locate;
    this.runSlots = new RunSlots(settings.runningPerExecutable, settings.runningInAll);
    this.revertSlots = new RunSlots(settings.runningPerExecutable, settings.revertSlots);
  }

  /** The settings have changed. */
  resize(): void {
    const { runningPerExecutable, runningInAll, revertSlots } = this.core.settings;
    this.runSlots.resize(runningPerExecutable, runningInAll);
    this.revertSlots.resize(runningPerExecutable, revertSlots);
  }

  /** What waits for a slot is cancelled; what runs goes on. */
  stop(): void {
    this.stopping = true;
  }

  async respond(message: CommandMessage): Promise<Execution> {
    const means = this.locate(message);
    if (means === undefined) throw new Error(`no script was located for ${message.executable}`);
    return await this.run(message, means);
  }

  async undo(held: Held): Promise<Outcome<null>> {
    if (held.means.kind !== 'script') throw new Error('not a script');
    const { path, program } = held.means;
    const release = await this.revertSlots.acquire(baseName(held.message.executable));
    try {
      const line = messageLines(held.message, program, this.core.settings.nodeName);
      const result = await this.runner.run({
        path,
        program,
        lines: { purpose: 'delete', message: line('delete') },
        stateful: true,
        deadlineMs: this.core.settings.scriptDeadlineMs,
        hooks: {
          onStarted: async (process) => {
            this.core.book.note(held, 'started', { process });
            // An endpoint can always revert alone: with a journal that cannot be written too.
            await this.core.durable();
          },
          onKeys: async () => 'continue',
        },
      });
      this.noteRun(held, result);
      const error = failureOf(result);
      if (error === undefined) return { ok: true, value: null };
      this.core.log.add(program, error);
      return { ok: false, error };
    } finally {
      release();
    }
  }

  private async run(message: CommandMessage, means: ScriptMeans): Promise<Execution> {
    const { core } = this;
    const source = message.alert.data?.srcip;
    const refusal = core.refusal(typeof source === 'string' ? [source] : [], message);
    if (refusal !== undefined) return this.refuse(message, means, refusal);
    const free = await this.runSlots.acquire(baseName(message.executable));
    const exchange: Exchange = { release: undefined, ending: undefined };
    try {
      if (this.stopping) {
        return core.describe(message, 'cancelled', {
          program: means.program,
          reason: 'the agent stopped before it ran',
        });
      }
      if (isTooLate(message, core.nowMs())) {
        return core.settle(message, 'expired', { program: means.program, reason: 'it waited for others for too long' });
      }
      const held = this.accept(message, means);
      const reason = await core.durable();
      if (reason !== undefined) return core.finish(held, 'failed', { reason });
      const result = await this.start(held, means, exchange);
      const execution = await this.conclude(held, result, exchange);
      await core.durable();
      return execution;
    } finally {
      exchange.release?.();
      free();
    }
  }

  private refuse(message: CommandMessage, means: ScriptMeans, reason: string): Execution {
    this.core.log.add(means.program, reason);
    return this.core.settle(message, 'rejected', { program: means.program, reason });
  }

  private accept(message: CommandMessage, means: ScriptMeans): Held {
    const held: Held = {
      message,
      means,
      startedAtMs: this.core.nowMs(),
      state: 'accepted',
      expiry: null,
      timeoutSeconds: message.timeoutSeconds,
    };
    this.core.accept(held);
    return held;
  }

  private async start(held: Held, means: ScriptMeans, exchange: Exchange): Promise<ScriptResult> {
    const { core } = this;
    const line = messageLines(held.message, means.program, core.settings.nodeName);
    return await this.runner.run({
      path: means.path,
      program: means.program,
      lines: {
        purpose: 'add',
        message: line('add'),
        continueLine: line('continue'),
        abortLine: line('abort'),
      },
      stateful: held.message.timeoutSeconds > 0,
      deadlineMs: core.settings.scriptDeadlineMs,
      hooks: {
        onStarted: async (process) => {
          core.book.note(held, 'started', { process });
          await core.journal.flushed();
        },
        onKeys: async (keys) => {
          try {
            return await this.answer(held, keys ?? [], exchange);
          } catch (error) {
            exchange.ending ??= { state: 'failed', reason: errorText(error) };
            throw error;
          }
        },
      },
    });
  }

  /** The key is known: does its effect exist already? // spec active-response §4 */
  private async answer(held: Held, keys: readonly string[], exchange: Exchange): Promise<'continue' | 'abort'> {
    const { core } = this;
    const { message } = held;
    const refusal = core.refusal(keys, message);
    if (refusal !== undefined) {
      exchange.ending = { state: 'rejected', reason: refusal };
      return 'abort';
    }
    // Timeout 0: always `continue`, nothing is scheduled.
    if (message.timeoutSeconds === 0) return 'continue';
    exchange.release = await core.locks.acquire(effectName(held.means, message.executable, keys));
    const there = core.book.inForce.find(message.executable, keys);
    const grant = core.grant(message, keys, there?.state === 'active');
    if (grant.tooLate) {
      exchange.ending = { state: 'expired', reason: 'it waited for others for too long' };
      return 'abort';
    }
    if (there?.state === 'active') {
      const expiry = laterExpiry(there.expiry, grant.expiry, core.deps.clock, core.deps.bootId);
      const before = { expiry: there.expiry, timeoutSeconds: there.timeoutSeconds };
      if (expiry !== there.expiry) core.book.note(there, 'extended', { expiry, timeoutSeconds: grant.seconds });
      const { timeoutSeconds } = there;
      core.book.note(held, 'aborted', { extended: there.message.id, keys, expiry, timeoutSeconds });
      await core.journal.flushed().catch((error: unknown) => {
        core.book.note(there, 'extended', before);
        throw error;
      });
      this.reverts.arm(there);
      return 'abort';
    }
    core.book.note(held, 'key', { keys, expiry: grant.expiry, timeoutSeconds: grant.seconds });
    await core.journal.flushed();
    // It could not be taken back yet, and now it is wanted again: the new one takes it back.
    if (there !== undefined) {
      this.reverts.disarm(there);
      core.finish(there, 'cancelled', { reason: `taken over by ${message.id}` });
    }
    return 'continue';
  }

  private async conclude(held: Held, result: ScriptResult, exchange: Exchange): Promise<Execution> {
    const { core } = this;
    this.noteRun(held, result);
    const error = failureOf(result);
    const { ending } = exchange;
    if (error !== undefined) core.log.add(held.means.program, error);
    if (ending !== undefined) {
      core.log.add(held.means.program, ending.reason);
      return core.finish(held, ending.state, { reason: ending.reason });
    }
    if (result.outcome === 'refused') return core.finish(held, 'rejected', { reason: result.reason });
    if (held.extended !== undefined) return core.finish(held, 'completed', {});
    const reason = error === undefined ? {} : { reason: error };
    if (held.expiry !== null) {
      // Answered `continue`: whatever its status, it may have acted, so it will be taken back on time.
      const active = core.move(held, 'active', 'outcome', reason);
      this.reverts.arm(held);
      return active;
    }
    if (error === undefined) return core.finish(held, 'completed', {});
    if (held.message.timeoutSeconds > 0 && result.run.timedOut) {
      return await this.reverts.revertLocked(held, `${error}; its outcome is not known, so it was taken back`);
    }
    return core.finish(held, 'failed', reason);
  }

  private noteRun(held: Held, result: ScriptResult): void {
    if (result.outcome !== 'ran') return;
    this.core.book.note(held, 'outcome', { runs: [...(held.runs ?? []), result.run].slice(-keptRuns) });
  }
}

export function isTooLate(message: CommandMessage, nowMs: number): boolean {
  if (nowMs >= message.deadlineMs) return true;
  return message.timeoutSeconds > 0 && message.decidedForMs + message.timeoutSeconds * 1000 <= nowMs;
}

function failureOf(result: ScriptResult): string | undefined {
  if (result.outcome === 'refused') return result.reason;
  const { run } = result;
  if (run.timedOut) return `ended after its deadline of ${Math.round(run.durationMs)} ms`;
  if (run.signal !== null) return `ended by signal ${run.signal}`;
  if (run.exitStatus !== 0) return `ended with status ${run.exitStatus ?? 'unknown'}`;
  return undefined;
}
