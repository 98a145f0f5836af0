// riposte history: what was decided, and what became of it.
import { escapeControls } from '../alert/escape.ts';
import { formatTime } from '../manager/report.ts';
import { type HistoryEntry, openStoreReadOnly } from '../store/store.ts';
import { askIfUp, type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';
import { formatTable } from './table.ts';

function describeOutcome({ decision, execution }: HistoryEntry): string {
  if (execution !== undefined) return execution.state;
  return decision?.guard === undefined ? (decision?.outcome ?? '') : `${decision.outcome} (${decision.guard})`;
}

/** Why it is so, and what was done to its last run that nobody asked for. */
function describeReason({ decision, execution }: HistoryEntry): string {
  if (execution === undefined) return decision?.reason ?? '';
  return [execution.reason, execution.runs.at(-1)?.note].filter((text) => text !== undefined).join('; ');
}

export function formatHistory(entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return 'nothing was decided\n';
  const rows = entries.map((entry) => {
    const { decision, execution } = entry;
    return [
      formatTime(entry.atMs),
      decision?.response ?? execution?.response ?? '',
      execution?.agentId ?? decision?.agents.join(',') ?? '',
      execution?.target ?? decision?.target ?? '',
      decision?.ruleId ?? execution?.ruleId ?? '',
      describeOutcome(entry),
      describeReason(entry),
    ].map(escapeControls);
  });
  return formatTable(['TIME', 'RESPONSE', 'AGENT', 'TARGET', 'RULE', 'OUTCOME', 'REASON'], rows);
}

export interface HistoryOptions extends CommonOptions {
  readonly target?: string;
  readonly limit: number;
}

/** Read from the store, whether the service runs or not. */
export async function runHistory(surroundings: Surroundings, options: HistoryOptions): Promise<number> {
  const paths = choosePaths(options, surroundings);
  // The service stores what it has at most a second later; asking it first makes the answer complete.
  await askIfUp(paths, 'store');
  const store = openStoreReadOnly(paths.database);
  if (store === undefined) {
    throw new CommandFailure(`there is no history in ${paths.home}: no service has run there`, exitStatus.refused);
  }
  const { limit, target } = options;
  const entries = store.history(target === undefined ? { limit } : { limit, target });
  store.close();
  surroundings.out(options.json ? `${JSON.stringify(entries)}\n` : formatHistory(entries));
  return exitStatus.done;
}
