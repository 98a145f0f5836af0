// Compares the journal with the machine, built-in by built-in, and makes them agree.
import { errorText } from '../alert/error-text.ts';
import type { CommandId } from '../fleet/command.ts';
import type { Found } from '../respond/contract.ts';
import type { Finding } from './agent.ts';
import type { BuiltInResponder } from './built-ins.ts';
import type { Core } from './core.ts';
import type { Held } from './held.ts';
import type { Reverts } from './reverts.ts';

type Thing = Found<unknown, unknown>;

interface Before {
  readonly held: Held;
  readonly state: Held['state'];
  readonly expiry: Held['expiry'];
}

/** The machine's time and ours may differ by this, seconds: it counts whole ones, and reading takes a while. */
const toleranceSeconds = 2;

export class Reconciler {
  private readonly core: Core;
  private readonly reverts: Reverts;

  constructor(core: Core, reverts: Reverts) {
    this.core = core;
    this.reverts = reverts;
  }

  async reconcile(responder: BuiltInResponder): Promise<readonly Finding[]> {
    const { name } = responder.builtIn;
    // As they are before the machine is read: what changes meanwhile is not judged.
    const expected = this.heldBy(responder);
    const probed = await responder.probe();
    if (!probed.available) {
      if (expected.length === 0) return [];
      return [{ kind: 'failed', text: `${name} cannot run here: ${probed.reason}` }];
    }
    let found: readonly Thing[];
    try {
      found = await responder.builtIn.inventory(this.core.deps.host);
    } catch (error) {
      return [{ kind: 'failed', text: `what ${name} has in force cannot be read: ${errorText(error)}` }];
    }
    const byEffect = new Map<string, Thing>();
    for (const thing of found) byEffect.set(responder.effectOf(responder.builtIn.keys(thing.target)), thing);
    // Nearly all of it is as it should be: that costs a look each and no turn of the event loop.
    const findings = await Promise.all([
      ...expected
        .filter((before) => !this.isRight(responder, before, byEffect))
        .map((before) => this.reconcileHeld(responder, before, byEffect)),
      ...[...byEffect]
        .filter(([effect]) => !this.core.book.inForce.isHeld(effect))
        .map(([effect, thing]) => this.reconcileFound(responder, effect, thing)),
    ]);
    return findings.filter((finding) => finding !== undefined);
  }

  /** What is being worked on (its effect is locked) is left to whoever does. */
  private heldBy(responder: BuiltInResponder): readonly Before[] {
    const { name } = responder.builtIn;
    return [...this.core.book.held.values()]
      .filter(({ means, keys = [], state }) => {
        if (means.kind !== 'built-in' || means.name !== name) return false;
        return (state === 'active' || state === 'accepted') && !this.core.locks.isHeld(responder.effectOf(keys));
      })
      .map((held) => ({ held, state: held.state, expiry: held.expiry }));
  }

  /** In force in the journal and on the machine, for the same time. */
  private isRight(responder: BuiltInResponder, { held }: Before, byEffect: ReadonlyMap<string, Thing>): boolean {
    const thing = byEffect.get(responder.effectOf(held.keys ?? []));
    if (held.state !== 'active' || thing === undefined || thing.fault !== undefined) return false;
    return this.core.remainingMs(held) > 0 && this.hasRightTime(responder, held, thing);
  }

  private async reconcileHeld(
    responder: BuiltInResponder,
    { held, state, expiry }: Before,
    byEffect: ReadonlyMap<string, Thing>,
  ): Promise<Finding | undefined> {
    const effect = responder.effectOf(held.keys ?? []);
    const release = await this.core.locks.acquire(effect);
    try {
      if (held.state !== state || held.expiry !== expiry) return undefined;
      const thing = byEffect.get(effect);
      if (held.state === 'accepted') return await this.finishAccepted(responder, held, thing);
      if (this.core.remainingMs(held) <= 0) {
        await this.reverts.revertLocked(held, undefined);
        return { kind: 'reverted', text: `${held.message.id}: its time had run out` };
      }
      return thing === undefined || thing.fault !== undefined
        ? await this.applyAgain(responder, held, thing?.fault)
        : await this.repairTime(responder, held, thing);
    } finally {
      release();
    }
  }

  /** The agent ended between the journal and the machine. */
  private async finishAccepted(
    responder: BuiltInResponder,
    held: Held,
    thing: Thing | undefined,
  ): Promise<Finding | undefined> {
    const others = this.core.book.inForce.otherHolders(held).find((other) => other.evidence !== undefined);
    const evidence = held.evidence ?? others?.evidence ?? thing?.evidence;
    if (evidence !== undefined) this.core.book.note(held, 'applied', { evidence });
    if (this.mayFinish(responder, held, thing)) return await this.applyAgain(responder, held, undefined);
    // Where the machine lifts it, that it is not there says nothing: it may have been, and its time is over.
    if (evidence === undefined && !(responder.builtIn.machineLifts && held.expiry !== null)) {
      const late = held.expiry === null && this.core.nowMs() >= held.message.deadlineMs;
      this.core.finish(held, late ? 'expired' : 'failed', { reason: 'the agent ended before it was applied' });
      return undefined;
    }
    await this.reverts.revertLocked(held, 'the agent ended while it was applied');
    return { kind: 'reverted', text: `${held.message.id}: its time had run out` };
  }

  /** What has no end of its own goes on where the machine has it, or could have been given it in time. */
  private mayFinish({ builtIn }: BuiltInResponder, held: Held, thing: Thing | undefined): boolean {
    if (held.expiry !== null) return this.core.remainingMs(held) > 0;
    return thing !== undefined || (builtIn.machineLifts && this.core.nowMs() < held.message.deadlineMs);
  }

  private async applyAgain(
    responder: BuiltInResponder,
    held: Held,
    fault: string | undefined,
  ): Promise<Finding | undefined> {
    const { core } = this;
    const outcome = await this.apply(responder, held);
    if (!outcome.ok) {
      if (held.state === 'accepted' && held.evidence === undefined)
        core.finish(held, 'failed', { reason: outcome.error });
      return { kind: 'failed', text: `${held.message.id} is not in force and cannot be applied: ${outcome.error}` };
    }
    if (held.evidence === undefined) core.book.note(held, 'applied', { evidence: outcome.value });
    if (held.state === 'accepted') core.move(held, 'active', 'outcome');
    this.reverts.arm(held);
    const why = fault === undefined ? '' : ` (${fault})`;
    const until = held.expiry === null ? 'until it is reverted' : 'for the time that remained';
    return { kind: 'applied_again', text: `${held.message.id} was not in force${why} and was applied ${until}` };
  }

  private async repairTime(responder: BuiltInResponder, held: Held, thing: Thing): Promise<Finding | undefined> {
    if (this.hasRightTime(responder, held, thing)) return undefined;
    const outcome = await this.apply(responder, held);
    if (!outcome.ok) return { kind: 'failed', text: `${held.message.id} has a wrong time: ${outcome.error}` };
    const { remainingSeconds: was } = thing;
    if (was !== null && !Number.isFinite(this.longestMs(held))) return undefined;
    const had = was === null ? 'no timeout' : `a timeout of ${was} s`;
    return { kind: 'repaired', text: `${held.message.id} had ${had} on the machine` };
  }

  private hasRightTime({ builtIn }: BuiltInResponder, held: Held, thing: Thing): boolean {
    const { machineLifts, renewBelowSeconds = 0, longestSeconds = Number.POSITIVE_INFINITY } = builtIn;
    if (!machineLifts) return true;
    const wanted = this.longestMs(held) / 1000;
    const real = thing.remainingSeconds;
    if (real === null) return false;
    if (Number.isFinite(wanted) && wanted > longestSeconds) return real >= longestSeconds / 2;
    // Without an end: the machine has one that is set anew well before it comes.
    return Number.isFinite(wanted) ? Math.abs(wanted - real) <= toleranceSeconds : real >= renewBelowSeconds;
  }

  /** Ours by its place, unknown to the journal: held from now on, so that somebody lifts it. */
  private async reconcileFound(
    responder: BuiltInResponder,
    effect: string,
    thing: Thing,
  ): Promise<Finding | undefined> {
    const { core } = this;
    const { builtIn, means } = responder;
    if (core.book.inForce.holdersOf(effect).length > 0) return undefined;
    const release = await core.locks.acquire(effect);
    try {
      if (core.book.inForce.holdersOf(effect).length > 0) return undefined;
      // It may have been lifted since the machine was read.
      if ((await responder.verifyTarget(thing.target))?.effect === 'absent') return undefined;
      const keys = builtIn.keys(thing.target);
      const seconds = thing.remainingSeconds ?? core.settings.adoptForSeconds;
      const held = adoptedHeld(core, builtIn.name, means.program, keys, seconds, thing.evidence);
      core.accept(held);
      core.move(held, 'active', 'outcome', { reason: 'found on the machine, not in the journal' });
      await core.durable();
      if (builtIn.machineLifts && thing.remainingSeconds === null) {
        const outcome = await this.apply(responder, held);
        if (!outcome.ok) return { kind: 'failed', text: `${held.message.id} has no timeout: ${outcome.error}` };
      }
      this.reverts.arm(held);
      return {
        kind: 'adopted',
        text: `${builtIn.name} ${keys.join(' ')} was not in the journal; it ends in ${seconds} s`,
      };
    } finally {
      release();
    }
  }

  private apply(responder: BuiltInResponder, held: Held) {
    return responder.applyTarget(responder.builtIn.fromKeys(held.keys ?? []), this.longestMs(held));
  }

  private longestMs(held: Held): number {
    const others = this.core.book.inForce.otherHolders(held);
    return Math.max(this.core.remainingMs(held), ...others.map((other) => this.core.remainingMs(other)));
  }
}

function adoptedHeld(
  core: Core,
  name: string,
  program: string,
  keys: readonly string[],
  seconds: number,
  evidence: unknown,
): Held {
  const now = core.nowMs();
  const { agentId } = core.settings;
  const id = `adopted-${name}-${keys.join('-')}-${Math.round(now)}` as CommandId;
  return {
    message: {
      id,
      response: `${name}${seconds}`,
      executable: name,
      extraArgs: [],
      timeoutSeconds: seconds,
      decidedForMs: now,
      deadlineMs: now,
      origin: 'operator',
      alert: {
        timestamp: new Date(now).toISOString(),
        rule: { level: 0, description: 'Found on the machine by reconcile', id: '0', groups: [] },
        agent: { id: agentId },
        id,
      },
    },
    means: { kind: 'built-in', name, program },
    startedAtMs: now,
    state: 'accepted',
    keys,
    expiry: core.expiryAfter(seconds * 1000),
    timeoutSeconds: seconds,
    evidence,
  };
}
