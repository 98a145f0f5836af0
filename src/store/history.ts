// The question `history` asks: what was decided, and what became of it.
import type { Decision } from '../decide/decision.ts';
import type { Execution } from '../fleet/execution.ts';
import type { Database, Row } from './database.ts';
import type { HistoryEntry, HistoryFilter, StateChange } from './store.ts';

const wanted = `(?1 IS NULL OR d.id IN
  (SELECT id FROM decisions WHERE target = ?1 UNION SELECT decision_id FROM executions WHERE target = ?1))`;

const decided = `
  SELECT d.at_ms AS at_ms, d.body AS decision, e.body AS execution, e.states AS states
  FROM decisions d LEFT JOIN executions e ON e.decision_id = d.id
  WHERE d.at_ms >= ?2 AND ${wanted}
  ORDER BY d.at_ms DESC, d.rowid DESC, e.rowid LIMIT ?3`;

// Asked for by an operator, or older than the decisions that are kept.
const undecided = `
  SELECT e.at_ms AS at_ms, NULL AS decision, e.body AS execution, e.states AS states
  FROM executions e
  WHERE e.at_ms >= ?2 AND (?1 IS NULL OR e.target = ?1)
    AND (e.decision_id IS NULL OR NOT EXISTS (SELECT 1 FROM decisions d WHERE d.id = e.decision_id))
  ORDER BY e.at_ms DESC, e.rowid DESC LIMIT ?3`;

export function prepareHistory(database: Database): (filter: HistoryFilter) => HistoryEntry[] {
  const statements = [database.prepare(decided), database.prepare(undecided)];
  return ({ target, sinceMs, limit }) => {
    const since = Math.floor(sinceMs ?? 0);
    const rows = statements.flatMap((statement) => statement.all(target ?? null, since, limit));
    // Stable: rows of one moment stay in the order in which they came.
    return rows
      .map(toEntry)
      .sort((left, right) => right.atMs - left.atMs)
      .slice(0, limit);
  };
}

function toEntry(row: Row): HistoryEntry {
  return {
    atMs: Number(row.at_ms),
    decision: parse<Decision>(row.decision),
    execution: parse<Execution>(row.execution),
    states: parse<StateChange[]>(typeof row.states === 'string' ? `[${row.states}]` : null) ?? [],
  };
}

/** What this store wrote itself; members that were undefined are absent, which reads the same. */
function parse<Value>(text: unknown): Value | undefined {
  return typeof text === 'string' ? (JSON.parse(text) as Value) : undefined;
}
