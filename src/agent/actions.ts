// Built-ins that do something once: written down before, done, and what came of it.
import type { CommandMessage } from '../fleet/command.ts';
import type { Execution } from '../fleet/execution.ts';
import type { BuiltInAction, Outcome } from '../respond/contract.ts';
import type { Core } from './core.ts';
import type { Held, Means } from './held.ts';
import { messageLines } from './message.ts';
import type { Responder } from './responder.ts';
import { isTooLate } from './script-responder.ts';
import { RunSlots } from './slots.ts';

export class ActionResponder implements Responder {
  private readonly core: Core;
  private readonly action: BuiltInAction;
  private readonly means: Means;
  private readonly slots: RunSlots;

  constructor(action: BuiltInAction, core: Core) {
    const { runningPerExecutable } = core.settings;
    this.core = core;
    this.action = action;
    this.means = { kind: 'built-in', name: action.name, program: `active-response/bin/${action.name}` };
    this.slots = new RunSlots(runningPerExecutable, runningPerExecutable);
  }

  /** A timeout means nothing: there is nothing to take back. */
  async respond(message: CommandMessage): Promise<Execution> {
    const { core, means } = this;
    const { program } = means;
    const free = await this.slots.acquire(this.action.name);
    try {
      if (isTooLate(message, core.nowMs())) {
        return core.settle(message, 'expired', { program, reason: 'it waited for others for too long' });
      }
      const held: Held = {
        message,
        means,
        startedAtMs: core.nowMs(),
        state: 'accepted',
        expiry: null,
        timeoutSeconds: 0,
      };
      core.accept(held);
      const refusal = await core.durable();
      if (refusal !== undefined) return core.finish(held, 'failed', { reason: refusal });
      const execution = await this.act(held);
      await core.durable();
      return execution;
    } finally {
      free();
    }
  }

  private async act(held: Held): Promise<Execution> {
    const { core, action, means } = this;
    const { alert, extraArgs } = held.message;
    core.log.add(means.program, 'Starting');
    core.log.add(
      means.program,
      messageLines({ alert, extraArgs: extraArgs.map(() => '…') }, means.program, core.settings.nodeName)('add'),
    );
    const outcome = await action.act({ alert, extraArgs, timeoutMs: core.settings.scriptDeadlineMs }, core.deps.host);
    core.log.add(means.program, outcome.ok ? 'Ended' : outcome.error);
    return outcome.ok
      ? core.finish(held, 'completed', { reason: outcome.value })
      : core.finish(held, 'failed', { reason: outcome.error });
  }

  /** The settings have changed. */
  resize(): void {
    const { runningPerExecutable } = this.core.settings;
    this.slots.resize(runningPerExecutable, runningPerExecutable);
  }

  async undo(): Promise<Outcome<null>> {
    return { ok: true, value: null };
  }

  /** Whether it was done before the agent ended cannot be known. */
  recover(): void {
    for (const held of [...this.core.book.held.values()]) {
      if (held.state !== 'accepted' || held.means.kind !== 'built-in' || held.means.name !== this.action.name) continue;
      this.core.finish(held, 'failed', { reason: 'the agent ended while it ran: whether it was done is not known' });
    }
  }
}
