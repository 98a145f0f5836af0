// Puts the parts of the agent together; what each of them does is in its own file.
import { errorText } from '../alert/error-text.ts';
import type { CommandId, CommandMessage } from '../fleet/command.ts';
import type { Execution } from '../fleet/execution.ts';
import type { Timer } from '../system/clock.ts';
import { ActionResponder } from './actions.ts';
import type { Agent, AgentDeps, ChangeableSettings, Finding, Recalled, ReconcileReport, Selector } from './agent.ts';
import { BuiltInResponder } from './built-ins.ts';
import { Core } from './core.ts';
import type { Held } from './held.ts';
import { Reconciler } from './reconcile.ts';
import { endLeftovers, readJournal, recoverScripts, resume } from './recover.ts';
import type { Responder } from './responder.ts';
import { Reverts } from './reverts.ts';
import { isTooLate, type ScriptMeans, ScriptResponder } from './script-responder.ts';
import { isInForce } from './state.ts';

class EndpointAgent implements Agent {
  private readonly core: Core;
  private readonly reverts: Reverts;
  private readonly scripts: ScriptResponder;
  private readonly reconciler: Reconciler;
  private readonly builtIns: ReadonlyMap<string, BuiltInResponder>;
  private readonly actions: ReadonlyMap<string, ActionResponder>;
  private readonly located = new Map<CommandId, ScriptMeans>();
  private readonly underway = new Map<CommandId, Promise<Execution>>();
  private phase: 'new' | 'running' | 'stopping' = 'new';
  private started: Promise<ReconcileReport> | undefined;
  private reconciling: Promise<ReconcileReport> | undefined;
  private timer: Timer | undefined;
  private damage: readonly string[] = [];

  constructor(deps: AgentDeps) {
    this.core = new Core(deps);
    this.reverts = new Reverts(this.core, (held) => this.responderOf(held));
    this.scripts = new ScriptResponder(this.core, this.reverts, ({ id }) => this.located.get(id));
    this.reconciler = new Reconciler(this.core, this.reverts);
    this.builtIns = new Map(
      deps.builtIns.map((builtIn) => [builtIn.name, new BuiltInResponder(builtIn, this.core, this.reverts)]),
    );
    this.actions = new Map(deps.actions.map((action) => [action.name, new ActionResponder(action, this.core)]));
  }

  start(): Promise<ReconcileReport> {
    this.started ??= this.begin();
    return this.started;
  }

  async prepare(executables: readonly string[]): Promise<void> {
    await Promise.allSettled([...new Set(executables)].map((executable) => this.prepareOne(executable)));
  }

  deliver(message: CommandMessage): Promise<Execution> {
    const underway = this.underway.get(message.id);
    if (underway !== undefined) return underway;
    const work = this.handle(message).finally(() => {
      this.underway.delete(message.id);
      this.located.delete(message.id);
    });
    this.underway.set(message.id, work);
    return work;
  }

  recall(id: CommandId): Recalled | undefined {
    const known = this.core.book.held.get(id) ?? this.core.book.seen.get(id);
    return known === undefined ? undefined : { state: known.state, reason: known.reason };
  }

  inForce(): readonly Execution[] {
    return this.heldInForce().map((held) => this.core.view(held));
  }

  countInForce(): number {
    let count = 0;
    for (const { state } of this.core.book.held.values()) if (isInForce(state)) count += 1;
    return count;
  }

  async revert(selector: Selector): Promise<readonly Execution[]> {
    const chosen = this.heldInForce().filter((held) => this.isSelected(held, selector));
    return await Promise.all(chosen.map((held) => this.reverts.revert(held, 'by hand')));
  }

  reconcile(): Promise<ReconcileReport> {
    this.reconciling ??= this.reconcileAll().finally(() => {
      this.reconciling = undefined;
    });
    return this.reconciling;
  }

  use(settings: ChangeableSettings): void {
    const { reconcileEveryMs } = this.core.settings;
    this.core.settings = { ...this.core.settings, ...settings };
    this.core.book.offenders.minutes = settings.offenderMinutes;
    this.scripts.resize();
    for (const action of this.actions.values()) action.resize();
    if (settings.reconcileEveryMs !== reconcileEveryMs) this.scheduleReconcile();
  }

  async stop(options: { readonly lift: boolean }): Promise<void> {
    this.phase = 'stopping';
    this.timer?.cancel();
    this.scripts.stop();
    await this.started?.catch(() => undefined);
    await this.reconciling?.catch(() => undefined);
    await Promise.allSettled(this.underway.values());
    if (options.lift)
      await Promise.all(this.heldInForce().map((held) => this.reverts.revert(held, 'the agent stopped')));
    await this.reverts.stop();
    await Promise.allSettled([...this.builtIns.values()].map(({ builtIn }) => builtIn.close()));
    if (this.started !== undefined) await this.core.durable();
    await this.core.log.written();
    await this.core.journal.close();
  }

  troubles(): readonly string[] {
    const { failed } = this.core.journal;
    return failed === undefined ? this.damage : [...this.damage, failed.message];
  }

  onFinding(listener: (finding: Finding) => void): () => void {
    this.core.findingListeners.add(listener);
    return () => this.core.findingListeners.delete(listener);
  }

  onExecution(listener: (execution: Execution) => void): () => void {
    this.core.listeners.add(listener);
    return () => this.core.listeners.delete(listener);
  }

  private async begin(): Promise<ReconcileReport> {
    const damage = await readJournal(this.core);
    this.damage = damage.filter(({ kind }) => kind === 'journal_damaged').map(({ text }) => text);
    const findings: Finding[] = [...damage, ...(await endLeftovers(this.core))];
    findings.push(...recoverScripts(this.core, this.reverts));
    for (const action of this.actions.values()) action.recover();
    const report = await this.reconcileAll();
    resume(this.core, this.reverts);
    if (this.phase === 'new') {
      this.phase = 'running';
      this.scheduleReconcile();
    }
    return { findings: [...findings, ...report.findings], inForce: report.inForce };
  }

  private scheduleReconcile(): void {
    if (this.phase !== 'running') return;
    this.timer?.cancel();
    this.timer = this.core.deps.clock.after(this.core.settings.reconcileEveryMs, () => {
      void this.reconcileUnasked().finally(() => this.scheduleReconcile());
    });
  }

  private async reconcileUnasked(): Promise<void> {
    const { findings } = await this.reconcile();
    for (const finding of findings) this.core.find(finding);
  }

  private async reconcileAll(): Promise<ReconcileReport> {
    // A journal that could not be written is tried again.
    await this.core.durable();
    const found = await Promise.all(
      [...this.builtIns.values()].map((responder) => this.reconciler.reconcile(responder)),
    );
    if (this.phase === 'running') await Promise.all(this.reverts.revertExpired());
    this.correctClock();
    await this.core.durable();
    return { findings: found.flat(), inForce: this.countInForce() };
  }

  /** Somebody set the wall clock: what the journal says must hold at the next boot too. */
  private correctClock(): void {
    const now = this.core.nowMs();
    for (const held of this.core.book.held.values()) {
      if (held.expiry === null || held.state !== 'active') continue;
      const left = this.core.remainingMs(held);
      if (Math.abs(held.expiry.atMs - now - left) <= 1000 && held.expiry.bootId === this.core.deps.bootId) continue;
      this.core.book.note(held, 'clock', { expiry: this.core.expiryAfter(left) });
    }
  }

  private async handle(message: CommandMessage): Promise<Execution> {
    const startFailed = this.phase === 'new' ? await this.untilStarted() : undefined;
    if (startFailed !== undefined || this.phase !== 'running') {
      const reason = startFailed ?? 'the agent is not running';
      return this.core.describe(message, 'rejected', { program: '', reason });
    }
    try {
      return this.answerAgain(message) ?? (await this.respond(message));
    } catch (error) {
      const held = this.core.book.held.get(message.id);
      if (held !== undefined) return this.core.view(held);
      return this.core.settle(message, 'failed', { program: '', reason: errorText(error) });
    }
  }

  /** Why it could not start. */
  private async untilStarted(): Promise<string | undefined> {
    try {
      await this.started;
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  }

  /** The same id again: what became of the first. */
  private answerAgain(message: CommandMessage): Execution | undefined {
    const held = this.core.book.held.get(message.id);
    if (held !== undefined) return this.core.view(held);
    const seen = this.core.book.seen.get(message.id);
    return seen === undefined ? undefined : this.core.describe(message, seen.state, seen);
  }

  private async respond(message: CommandMessage): Promise<Execution> {
    if (isTooLate(message, this.core.nowMs())) {
      return this.core.settle(message, 'expired', { program: '', reason: 'it came too late' });
    }
    const located = await this.core.deps.locateScript(message.executable);
    if (located.kind === 'script') {
      this.located.set(message.id, located);
      return await this.scripts.respond(message);
    }
    const builtIn = this.builtIns.get(message.executable) ?? this.actions.get(message.executable);
    if (located.kind === 'none' && builtIn !== undefined) return await builtIn.respond(message);
    const reason =
      located.kind === 'error' ? located.reason : `no script and no built-in is called ${message.executable}`;
    this.core.log.add(`active-response/bin/${message.executable}`, reason);
    return this.core.settle(message, 'rejected', { program: '', reason });
  }

  private async prepareOne(executable: string): Promise<void> {
    const builtIn = this.builtIns.get(executable);
    const located = await this.core.deps.locateScript(executable);
    if (located.kind === 'none') await builtIn?.prepare();
  }

  private responderOf(held: Held): Responder {
    if (held.means.kind === 'script') return this.scripts;
    const { name } = held.means;
    return this.builtIns.get(name) ?? this.actions.get(name) ?? missingBuiltIn(name);
  }

  private heldInForce(): readonly Held[] {
    return [...this.core.book.held.values()].filter((held) => isInForce(held.state));
  }

  private isSelected(held: Held, selector: Selector): boolean {
    if ('all' in selector) return true;
    if ('id' in selector) return held.message.id === selector.id;
    return this.core.view(held).target === selector.target || (held.keys ?? []).includes(selector.target);
  }
}

/** The journal of another version may name one that this one does not have. */
function missingBuiltIn(name: string): Responder {
  const error = `there is no built-in ${name}`;
  return { respond: () => Promise.reject(new Error(error)), undo: async () => ({ ok: false, error }) };
}

/** Touches nothing before start(). */
export function createAgent(deps: AgentDeps): Agent {
  return new EndpointAgent(deps);
}
