// Responses of our own: from the message to the effect, many at once where they come at once.
import { errorText } from '../alert/error-text.ts';
import type { CommandMessage } from '../fleet/command.ts';
import type { Execution } from '../fleet/execution.ts';
import {
  type AnyBuiltIn,
  type Application,
  type Availability,
  InvalidTarget,
  type Outcome,
  type Verification,
} from '../respond/contract.ts';
import { Batch } from './batch.ts';
import type { Core, Grant } from './core.ts';
import { laterExpiry, wholeSeconds } from './expiry.ts';
import { effectName, type Held, type Means } from './held.ts';
import { checkKeysLine, messageLines, trimAlert } from './message.ts';
import type { Responder } from './responder.ts';
import type { Reverts } from './reverts.ts';

/** A flood of attackers may never end. */
const longestQuietWaitMs = 500;

export class BuiltInResponder implements Responder {
  readonly builtIn: AnyBuiltIn;
  readonly means: Means;
  private readonly core: Core;
  private readonly reverts: Reverts;
  private readonly applications: Batch<Application<unknown>, unknown>;
  private readonly verifications: Batch<unknown, Verification>;
  private readonly revertals: Batch<unknown, null>;
  private availability: Promise<Availability> | undefined;
  private applied = 0;

  constructor(builtIn: AnyBuiltIn, core: Core, reverts: Reverts) {
    const { host } = core.deps;
    this.builtIn = builtIn;
    this.means = { kind: 'built-in', name: builtIn.name, program: `active-response/bin/${builtIn.name}` };
    this.core = core;
    this.reverts = reverts;
    this.applications = new Batch((items) => builtIn.apply(items, host));
    this.revertals = new Batch((items) => builtIn.revert(items, host));
    this.verifications = new Batch(
      async (items) => {
        const answers = await builtIn.verify(items, host);
        return answers.map((value) => ({ ok: true, value }));
      },
      () => this.untilQuiet(),
    );
  }

  effectOf(keys: readonly string[]): string {
    return effectName(this.means, this.builtIn.name, keys);
  }

  /** Asked once; again where the answer was no. */
  async probe(): Promise<Availability> {
    this.availability ??= this.builtIn.probe(this.core.deps.host);
    try {
      const answer = await this.availability;
      if (!answer.available) this.availability = undefined;
      return answer;
    } catch (error) {
      this.availability = undefined;
      return { available: false, reason: errorText(error) };
    }
  }

  async prepare(): Promise<void> {
    const { available } = await this.probe();
    if (available) await this.builtIn.prepare?.(this.core.deps.host);
  }

  async respond(message: CommandMessage): Promise<Execution> {
    const { program } = this.means;
    let target: unknown;
    let keys: readonly string[];
    try {
      target = this.builtIn.parse(message.alert);
      keys = this.builtIn.keys(target);
    } catch (error) {
      const reason = errorText(error);
      this.core.log.add(program, 'Starting', reason);
      return this.core.settle(message, error instanceof InvalidTarget ? 'rejected' : 'failed', {
        program: 'built-in',
        reason,
      });
    }
    const probed = await this.probe();
    const refusal = this.core.refusal(keys, message) ?? (probed.available ? undefined : probed.reason);
    if (refusal !== undefined) return this.reject(message, keys, refusal);
    const release = await this.core.locks.acquire(this.effectOf(keys));
    try {
      const there = this.core.book.inForce.find(message.executable, keys);
      const grant = this.core.grant(message, keys, there !== undefined);
      if (grant.tooLate) return this.core.settle(message, 'expired', { program: 'built-in', keys });
      if (there !== undefined) return await this.extend(there, message, target, keys, grant);
      return await this.begin(message, target, keys, grant);
    } finally {
      release();
    }
  }

  /** The machine is touched only where nothing else holds the same effect. */
  async undo(held: Held): Promise<Outcome<null>> {
    const others = this.core.book.inForce.otherHolders(held);
    let outcome: Outcome<null>;
    if (others.length > 0) outcome = await this.shorten(others);
    else if (held.evidence === undefined) outcome = { ok: true, value: null };
    else outcome = await this.revertals.add(held.evidence);
    this.logRevert(held, outcome);
    return outcome;
  }

  /** Puts a target into force, or sets its time anew. The caller holds the lock. */
  applyTarget(target: unknown, remainingMs: number): Promise<Outcome<unknown>> {
    const remainingSeconds = Number.isFinite(remainingMs) ? wholeSeconds(remainingMs) : null;
    this.applied += 1;
    return this.applications.add({ target, remainingSeconds });
  }

  async verifyTarget(target: unknown): Promise<Verification | undefined> {
    const answer = await this.verifications.add(target);
    return answer.ok ? answer.value : undefined;
  }

  /** In a burst the next answer comes before a look at what the last ones did. */
  private async untilQuiet(): Promise<void> {
    const { clock, turn } = this.core.deps;
    const until = clock.ticksMs() + longestQuietWaitMs;
    for (let before = -1; before !== this.applied && clock.ticksMs() < until; ) {
      before = this.applied;
      await turn();
    }
  }

  private reject(message: CommandMessage, keys: readonly string[], reason: string): Execution {
    this.core.log.add(this.means.program, 'Starting', reason);
    return this.core.settle(message, 'rejected', { program: 'built-in', keys, reason });
  }

  private async begin(
    message: CommandMessage,
    target: unknown,
    keys: readonly string[],
    grant: Grant,
  ): Promise<Execution> {
    const { core, means, builtIn } = this;
    const holders = core.book.inForce.holdersOf(this.effectOf(keys));
    const held: Held = {
      message: { ...message, alert: trimAlert(message.alert) },
      means,
      startedAtMs: core.nowMs(),
      state: 'accepted',
      keys,
      expiry: grant.expiry,
      timeoutSeconds: grant.seconds,
    };
    core.accept(held);
    const recorded = core.durable();
    // Where the machine itself lifts the effect, the flush runs beside the change: a crash cannot make it permanent.
    const lifts = builtIn.machineLifts && grant.expiry !== null;
    if (!lifts) {
      const reason = await recorded;
      if (reason !== undefined) return core.finish(held, 'failed', { reason });
    }
    const longest = Math.max(core.remainingMs(held), ...holders.map((holder) => core.remainingMs(holder)));
    const outcome = await this.applyTarget(target, longest);
    if (!outcome.ok) {
      core.log.add(means.program, 'Starting', outcome.error);
      return core.finish(held, 'failed', { reason: outcome.error });
    }
    // The first holder saw the machine as it was before; a later one saw only the first one's work.
    const evidence = holders.find((holder) => holder.evidence !== undefined)?.evidence ?? outcome.value;
    // Where the machine lifts it, its inventory gives the evidence again: it is written with the outcome.
    if (builtIn.machineLifts) held.evidence = evidence;
    else core.book.note(held, 'applied', { evidence });
    // A disk that is full must not turn the firewall off: the journal gets it when it can be written, and the machine lifts it without.
    const unrecorded = await recorded;
    if (unrecorded !== undefined && !lifts) return await this.fail(held, unrecorded);
    return await this.conclude(held, message, target, keys, unrecorded);
  }

  private async conclude(
    held: Held,
    message: CommandMessage,
    target: unknown,
    keys: readonly string[],
    unrecorded: string | undefined,
  ): Promise<Execution> {
    const { core, means } = this;
    const [verified] = await Promise.all([this.verifyTarget(target), core.durable()]);
    this.logAdd(message, keys, 'continue');
    const effect = verified?.effect ?? 'unknown';
    const reason = verified?.reason ?? unrecorded;
    const why = reason === undefined ? {} : { reason };
    if (held.expiry === null && effect === 'absent' && !this.builtIn.machineLifts) {
      // One-shot: it ran and left nothing that could be looked for.
      return core.finish(held, 'completed', { effect: 'unknown' });
    }
    if (effect === 'absent') {
      core.log.add(means.program, `Not in effect: ${verified?.reason ?? 'not found on the machine'}`);
      return await this.fail(held, `applied, but not found on the machine: ${verified?.reason ?? ''}`);
    }
    const evidence = this.builtIn.machineLifts ? { evidence: held.evidence } : {};
    const active = core.move(held, 'active', 'outcome', { effect, ...why, ...evidence });
    this.reverts.arm(held);
    await core.durable();
    return active;
  }

  /** Nothing may be left behind of what failed. */
  private async fail(held: Held, reason: string): Promise<Execution> {
    const others = this.core.book.inForce.otherHolders(held);
    if (others.length > 0) return this.core.finish(held, 'failed', { reason });
    const undone = await this.revertals.add(held.evidence);
    if (undone.ok) return this.core.finish(held, 'failed', { reason });
    return await this.reverts.revertLocked(held, reason);
  }

  private async extend(
    there: Held,
    message: CommandMessage,
    target: unknown,
    keys: readonly string[],
    grant: Grant,
  ): Promise<Execution> {
    const { core, builtIn } = this;
    const before = { expiry: there.expiry, timeoutSeconds: there.timeoutSeconds };
    const expiry = laterExpiry(there.expiry, grant.expiry, core.deps.clock, core.deps.bootId);
    const longer = expiry !== there.expiry;
    if (longer) core.book.note(there, 'extended', { expiry, timeoutSeconds: grant.seconds });
    const recorded = core.durable();
    if (!builtIn.machineLifts) {
      const reason = await recorded;
      if (reason !== undefined) return this.dropExtension(there, before, message, keys, reason);
    }
    if ((longer && builtIn.machineLifts) || there.state === 'revert_failed') {
      const outcome = await this.applyTarget(target, core.remainingMs(there));
      if (!outcome.ok) return this.dropExtension(there, before, message, keys, outcome.error);
    }
    // Where the machine lifts it, a journal that cannot be written stops nothing: see begin().
    await recorded;
    if (there.state === 'revert_failed') core.move(there, 'active', 'outcome');
    this.reverts.arm(there);
    this.logAdd(message, keys, 'abort');
    const { expiresAtMs, timeoutSeconds } = core.view(there);
    const extended = there.message.id;
    const ended = core.settle(message, 'completed', {
      program: 'built-in',
      keys,
      extended,
      expiresAtMs,
      timeoutSeconds,
    });
    await core.durable();
    return ended;
  }

  private dropExtension(
    there: Held,
    before: { readonly expiry: Held['expiry']; readonly timeoutSeconds: number },
    message: CommandMessage,
    keys: readonly string[],
    reason: string,
  ): Execution {
    this.core.book.note(there, 'extended', before);
    this.core.log.add(this.means.program, 'Starting', reason);
    return this.core.settle(message, 'failed', { program: 'built-in', keys, reason });
  }

  /** The kernel's own time goes back to that of those who still hold the effect. */
  private async shorten(others: readonly Held[]): Promise<Outcome<null>> {
    const [other] = others;
    if (!this.builtIn.machineLifts || other?.keys === undefined) return { ok: true, value: null };
    const longest = Math.max(...others.map((holder) => this.core.remainingMs(holder)));
    const outcome = await this.applyTarget(this.builtIn.fromKeys(other.keys), longest);
    return outcome.ok ? { ok: true, value: null } : outcome;
  }

  private logAdd(message: CommandMessage, keys: readonly string[], answer: 'continue' | 'abort'): void {
    const { program } = this.means;
    this.core.log.addLater(program, () => {
      const line = messageLines(message, program, this.core.settings.nodeName);
      const last = answer === 'abort' ? 'Aborted' : 'Ended';
      return ['Starting', line('add'), checkKeysLine(this.builtIn.name, keys), line(answer), last];
    });
  }

  private logRevert(held: Held, outcome: Outcome<null>): void {
    const { program } = this.means;
    this.core.log.addLater(program, () => {
      const line = messageLines(held.message, program, this.core.settings.nodeName);
      return ['Starting', line('delete'), outcome.ok ? 'Ended' : outcome.error];
    });
  }
}
