// After a start: the history learns from the endpoint what a crash kept from it. The endpoint's journal is flushed first, the history up to a second later.
import type { Agent } from '../agent/agent.ts';
import type { Store } from '../store/store.ts';
import type { Checkpointer } from './checkpointer.ts';

export function catchUp(
  store: Pick<Store, 'lasting'>,
  agent: Pick<Agent, 'recall' | 'inForce'>,
  checkpointer: Pick<Checkpointer, 'noteRecalled'>,
): void {
  for (const execution of store.lasting()) {
    const recalled = agent.recall(execution.id) ?? {
      state: 'cancelled' as const,
      reason: 'it is not in the journal of the endpoint any more',
    };
    if (recalled.state !== execution.state) checkpointer.noteRecalled({ ...execution, ...recalled });
  }
  for (const execution of agent.inForce()) checkpointer.noteRecalled(execution);
}
