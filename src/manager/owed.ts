// Commands that were handed to an endpoint and not yet taken on by it: stored with the decisions, so that a crash between the two loses none.
import type { CommandId, CommandMessage } from '../fleet/command.ts';

export class Owed {
  /** Not taken on yet. */
  private readonly waiting = new Map<CommandId, { readonly message: CommandMessage; isStored: boolean }>();
  private taken: CommandId[] = [];

  add(message: CommandMessage, isStored: boolean): void {
    if (!this.waiting.has(message.id)) this.waiting.set(message.id, { message, isStored });
  }

  /** The endpoint has it in its journal, or refused it. Most are taken on before the store ever hears of them. */
  take(id: CommandId): void {
    if (this.waiting.get(id)?.isStored === true) this.taken.push(id);
    this.waiting.delete(id);
  }

  /** For a checkpoint: what the store does not know yet. */
  changes(): { readonly owed: readonly CommandMessage[]; readonly taken: readonly CommandId[] } {
    return {
      owed: [...this.waiting.values()].flatMap(({ message, isStored }) => (isStored ? [] : [message])),
      taken: this.taken,
    };
  }

  /** The checkpoint with these changes is on disk. */
  stored(owed: readonly CommandMessage[]): void {
    for (const { id } of owed) {
      const entry = this.waiting.get(id);
      if (entry !== undefined) entry.isStored = true;
    }
    this.taken = [];
  }
}
