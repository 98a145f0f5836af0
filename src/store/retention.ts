// What is forgotten, and when. A little at a time, so that no checkpoint waits long for it.
import type { Database } from './database.ts';
import type { RetentionLimits } from './store.ts';

const rowsAtATime = 2000;

export function prepareRetention(database: Database): (limits: RetentionLimits) => boolean {
  const pruners = [prepareTable(database, 'decisions', ''), prepareTable(database, 'executions', 'AND lasting = 0')];
  return ({ nowMs, maxAgeMs, maxRows }) => {
    let more = false;
    database.transaction(() => {
      for (const prune of pruners) if (prune(Math.floor(nowMs - maxAgeMs), maxRows)) more = true;
    });
    return more;
  };
}

/** Returns whether there may be more to delete. */
function prepareTable(
  database: Database,
  table: 'decisions' | 'executions',
  condition: string,
): (beforeMs: number, maxRows: number) => boolean {
  const count = database.prepare(`SELECT count(*) AS number FROM ${table}`);
  const deleteOld = database.prepare(
    `DELETE FROM ${table} WHERE rowid IN
       (SELECT rowid FROM ${table} WHERE at_ms < ? ${condition} ORDER BY at_ms LIMIT ${rowsAtATime})`,
  );
  const deleteOldest = database.prepare(
    `DELETE FROM ${table} WHERE rowid IN
       (SELECT rowid FROM ${table} WHERE true ${condition} ORDER BY at_ms LIMIT ?)`,
  );
  return (beforeMs, maxRows) => {
    const old = deleteOld.run(beforeMs).changes;
    const excess = Math.min(rowsAtATime, Number(count.get()?.number) - maxRows);
    const surplus = excess > 0 ? deleteOldest.run(excess).changes : 0;
    return old === rowsAtATime || surplus === rowsAtATime;
  };
}
