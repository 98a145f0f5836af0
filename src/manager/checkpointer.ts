// Stores read positions, correlation state, decisions and executions together, at most a second apart.
import type { JsonValue } from '../alert/alert.ts';
import { errorText } from '../alert/error-text.ts';
import type { Decision } from '../decide/decision.ts';
import type { CommandMessage } from '../fleet/command.ts';
import type { Execution } from '../fleet/execution.ts';
import type { Checkpoint, CorrelationSegment, ExecutionChange, Store } from '../store/store.ts';
import type { Clock, Timer } from '../system/clock.ts';
import { Owed } from './owed.ts';

/** A part of the correlation state, or (`replace`) all of it. */
export interface CorrelationUpdate {
  readonly segment: CorrelationSegment;
  readonly replace: boolean;
}

export interface CheckpointerDeps {
  readonly store: Pick<Store, 'checkpoint'>;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  /** What is new in the correlation state since the last call that succeeded, or undefined. */
  readonly takeCorrelation: () => CorrelationUpdate | undefined;
  /** Called first: what comes before a read position, the alerts in their file, is to be on its way when the position is stored. */
  readonly beforeStore: () => void;
  readonly onFailure: (message: string) => void;
}

export interface Checkpointer {
  noteDecision(decision: Decision): void;
  noteExecution(execution: Execution): void;
  /** What the endpoint remembers of an execution that may be stored already. */
  noteRecalled(execution: Execution): void;
  /** `position` is asked for when it is stored. */
  notePosition(source: string, position: () => JsonValue): void;
  /** Given to an endpoint; it counts as owed until an execution with its id is noted. */
  noteOwed(message: CommandMessage, isStored: boolean): void;
  /** Stores now. What the store refuses is kept and tried again at the next turn. */
  store(): void;
  /** Why nothing can be stored now; empty while all is well. */
  troubles(): readonly string[];
  stop(): void;
}

const intervalMs = 1000;

/** Most decisions and executions kept while the store refuses. */
const mostKept = 100_000;

export function startCheckpointer(deps: CheckpointerDeps): Checkpointer {
  let decisions: Decision[] = [];
  let executions: ExecutionChange[] = [];
  let positions = new Map<string, () => JsonValue>();
  let correlation: CorrelationUpdate[] = [];
  const owed = new Owed();
  let timer: Timer | undefined;
  let failure: string | undefined;

  function gather(): Checkpoint | undefined {
    const latest = deps.takeCorrelation();
    if (latest !== undefined) correlation = latest.replace ? [latest] : [...correlation, latest];
    const commands = owed.changes();
    const changes = decisions.length + executions.length + positions.size + correlation.length;
    if (changes + commands.owed.length + commands.taken.length === 0) return undefined;
    const [update] = correlation;
    return {
      positions: new Map([...positions].map(([source, position]) => [source, position()])),
      decisions,
      executions,
      ...commands,
      ...(update === undefined ? {} : { correlation: { append: update.segment, replace: update.replace } }),
    };
  }

  function forget(checkpoint: Checkpoint): void {
    owed.stored(checkpoint.owed ?? []);
    decisions = [];
    executions = [];
    positions = new Map();
    correlation = correlation.slice(1);
  }

  function store(): void {
    try {
      deps.beforeStore();
      const checkpoint = gather();
      if (checkpoint !== undefined) {
        deps.store.checkpoint(checkpoint);
        forget(checkpoint);
      }
      if (failure !== undefined) deps.onFailure('history and read positions are stored again');
      failure = undefined;
      if (correlation.length > 0) store();
    } catch (error) {
      const before = failure;
      failure = `history and read positions cannot be stored, trying again: ${errorText(error)}`;
      if (before === undefined) deps.onFailure(failure);
      decisions = decisions.slice(-mostKept);
      executions = executions.slice(-mostKept);
    }
  }

  function arm(): void {
    timer ??= deps.clock.after(intervalMs, () => {
      timer = undefined;
      store();
      if (failure !== undefined) arm();
    });
  }

  return {
    noteDecision(decision) {
      decisions.push(decision);
      arm();
    },
    noteExecution(execution) {
      owed.take(execution.id);
      executions.push({ execution, changedAtMs: deps.clock.nowMs() });
      arm();
    },
    noteRecalled(execution) {
      owed.take(execution.id);
      executions.push({ execution, changedAtMs: deps.clock.nowMs(), recalled: true });
      arm();
    },
    noteOwed(message, isStored) {
      owed.add(message, isStored);
      arm();
    },
    notePosition(source, position) {
      positions.set(source, position);
      arm();
    },
    store,
    troubles: () => (failure === undefined ? [] : [failure]),
    stop() {
      timer?.cancel();
      timer = undefined;
    },
  };
}
