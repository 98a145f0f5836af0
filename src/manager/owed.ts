// Commands that were handed to an endpoint and not yet taken on by it: stored with the decisions, so that a crash between the two loses none.
import type { CommandId, CommandMessage } from '../fleet/command.ts';

export class Owed {
  /** Not taken on yet. True: it is in the store. */
  private readonly waiting = new Map<CommandMessage, boolean>();
  private readonly byId = new Map<CommandId, CommandMessage>();
  private taken: CommandId[] = [];

  add(message: CommandMessage, isStored: boolean): void {
    if (this.byId.has(message.id)) return;
    this.byId.set(message.id, message);
    this.waiting.set(message, isStored);
  }

  /** The endpoint has it in its journal, or refused it. Most are taken on before the store ever hears of them. */
  take(id: CommandId): void {
    const message = this.byId.get(id);
    if (message === undefined) return;
    if (this.waiting.get(message) === true) this.taken.push(id);
    this.waiting.delete(message);
    this.byId.delete(id);
  }

  /** For a checkpoint: what the store does not know yet. */
  changes(): { readonly owed: readonly CommandMessage[]; readonly taken: readonly CommandId[] } {
    return {
      owed: [...this.waiting].flatMap(([message, isStored]) => (isStored ? [] : [message])),
      taken: this.taken,
    };
  }

  /** The checkpoint with these changes is on disk. */
  stored(owed: readonly CommandMessage[]): void {
    for (const message of owed) if (this.waiting.has(message)) this.waiting.set(message, true);
    this.taken = [];
  }
}
