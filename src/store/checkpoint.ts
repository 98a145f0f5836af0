// Writing a checkpoint: everything of it, or nothing.
import { readDecisionId } from '../dispatch/command-id.ts';
import type { Execution, ExecutionState } from '../fleet/execution.ts';
import type { Database } from './database.ts';
import type { Checkpoint, ExecutionChange, StateChange } from './store.ts';

/** States in which something is still in force or owed: retention leaves them alone. */
const lastingStates: ReadonlySet<ExecutionState> = new Set(['accepted', 'active', 'reverting', 'revert_failed']);

export function prepareCheckpoint(database: Database): (checkpoint: Checkpoint) => void {
  const writePositions = preparePositions(database);
  const writeCorrelation = prepareCorrelation(database);
  const writeDecisions = prepareDecisions(database);
  const writeExecutions = prepareExecutions(database);
  const writeOwed = prepareOwed(database);
  const writeCounters = prepareCounters(database);
  return (checkpoint) =>
    database.transaction(() => {
      writePositions(checkpoint.positions);
      writeCorrelation(checkpoint.correlation);
      writeDecisions(checkpoint.decisions);
      writeExecutions(checkpoint.executions ?? []);
      writeOwed(checkpoint);
      writeCounters(checkpoint.counters);
    });
}

function preparePositions(database: Database): (positions: Checkpoint['positions']) => void {
  const statement = database.prepare(
    'INSERT INTO positions VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET body = excluded.body',
  );
  return (positions) => {
    for (const [source, position] of positions ?? []) statement.run(source, JSON.stringify(position));
  };
}

function prepareCorrelation(database: Database): (correlation: Checkpoint['correlation']) => void {
  const clear = database.prepare('DELETE FROM correlation');
  const drop = database.prepare('DELETE FROM correlation WHERE newest_ms < ?');
  const append = database.prepare('INSERT INTO correlation (newest_ms, body) VALUES (?, ?)');
  return (correlation) => {
    if (correlation?.replace === true) clear.run();
    if (correlation?.dropOlderThanMs !== undefined) drop.run(Math.floor(correlation.dropOlderThanMs));
    const segment = correlation?.append;
    // As bytes, because the text is the detection's own and may hold characters at which the driver would cut a string.
    if (segment !== undefined) append.run(Math.floor(segment.newestMs), Buffer.from(segment.body, 'utf8'));
  };
}

function prepareDecisions(database: Database): (decisions: Checkpoint['decisions']) => void {
  const statement = database.prepare(
    'INSERT INTO decisions (id, at_ms, target, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  );
  return (decisions) => {
    for (const decision of decisions ?? []) {
      statement.run(decision.id, Math.floor(decision.decidedAtMs), decision.target ?? null, JSON.stringify(decision));
    }
  };
}

function prepareExecutions(database: Database): (changes: readonly ExecutionChange[]) => void {
  const statement = database.prepare(
    `INSERT INTO executions (id, decision_id, at_ms, target, lasting, body, states) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET target = excluded.target, lasting = excluded.lasting, body = excluded.body,
       states = states || ',' || excluded.states`,
  );
  // The endpoint remembers less of what is over than is stored of it: only the state is taken from there.
  const recall = database.prepare(
    `INSERT INTO executions (id, decision_id, at_ms, target, lasting, body, states) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET lasting = excluded.lasting, states = states || ',' || excluded.states,
       body = json_patch(body, json_object('state', excluded.body ->> 'state', 'reason', excluded.body ->> 'reason'))
     WHERE body ->> 'state' <> excluded.body ->> 'state'`,
  );
  return (changes) => {
    for (const run of splitRuns(changes)) {
      // Each by itself: what is recalled twice is news once.
      if (run[0]?.recalled === true) for (const change of run) recall.run(...toRow(latestOf(change)));
      else for (const latest of gatherChanges(run)) statement.run(...toRow(latest));
    }
  };
}

/** In their order, which tells what is known already when something is recalled. */
function splitRuns(changes: readonly ExecutionChange[]): ExecutionChange[][] {
  const runs: ExecutionChange[][] = [];
  for (const change of changes) {
    const run = runs.at(-1);
    if (run !== undefined && run[0]?.recalled === change.recalled) run.push(change);
    else runs.push([change]);
  }
  return runs;
}

function toRow({ execution, states }: Latest): (string | number | null)[] {
  return [
    execution.id,
    execution.origin === 'rule' ? readDecisionId(execution.id) : null,
    Math.floor(execution.startedAtMs),
    execution.target ?? null,
    lastingStates.has(execution.state) ? 1 : 0,
    JSON.stringify(execution),
    states.map((state) => JSON.stringify(state)).join(','),
  ];
}

interface Latest {
  execution: Execution;
  readonly states: StateChange[];
}

function latestOf({ execution, changedAtMs }: ExecutionChange): Latest {
  return { execution, states: [toStateChange(execution, changedAtMs)] };
}

/** One row each, with all the states that it went through since the last checkpoint. */
function gatherChanges(changes: readonly ExecutionChange[]): Iterable<Latest> {
  const byId = new Map<string, Latest>();
  for (const { execution, changedAtMs } of changes) {
    const state = toStateChange(execution, changedAtMs);
    const latest = byId.get(execution.id);
    if (latest === undefined) byId.set(execution.id, { execution, states: [state] });
    else {
      latest.execution = execution;
      latest.states.push(state);
    }
  }
  return byId.values();
}

function toStateChange({ state, reason }: Execution, atMs: number): StateChange {
  return reason === undefined ? { state, atMs } : { state, atMs, reason };
}

function prepareOwed(database: Database): (checkpoint: Checkpoint) => void {
  const add = database.prepare('INSERT INTO owed VALUES (?, ?) ON CONFLICT (id) DO NOTHING');
  const remove = database.prepare('DELETE FROM owed WHERE id = ?');
  return ({ owed = [], taken = [] }) => {
    for (const message of owed) add.run(message.id, JSON.stringify(message));
    for (const id of taken) remove.run(id);
  };
}

function prepareCounters(database: Database): (counters: Checkpoint['counters']) => void {
  const statement = database.prepare(
    'INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value',
  );
  return (counters) => {
    for (const [name, added] of counters ?? []) statement.run(name, added);
  };
}
