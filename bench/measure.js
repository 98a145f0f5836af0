// Runs the rows that were asked for, with as few starts of the tools as they allow, and gives their figures.

import { pause } from './clock.js';
import { fill } from './fill.js';
import { pssMiB, signal } from './processes.js';
import { measureBurst } from './rows/burst.js';
import { measureInnocent } from './rows/innocent.js';
import { measureLatency } from './rows/latency.js';
import { measureScriptStart } from './rows/script-start.js';
import { measureThroughput } from './rows/throughput.js';
import { mean, median, quantile } from './statistics.js';
import { startSubject, withSubjects } from './subjects.js';

/**
 * @typedef {object} Run
 * @property {import('./lab.js').Lab} lab
 * @property {string} node
 * @property {import('./tools/tool.js').Tool[]} tools
 * @property {string[]} rows
 * @property {typeof import('./options.js').full} sizes
 * @property {(text: string) => void} say
 * @property {(row: string, tool: string, figure: import('./rows/index.js').Figure) => void} record
 */

/** Rows that are measured with one start of the tools. */
const groups = [
  {
    rows: ['latency'],
    measure: (run) => withSubjects(run.lab, run.tools, run, (subjects) => runLatency(run, 'latency', subjects)),
  },
  { rows: ['burst'], measure: (run) => runBursts(run) },
  { rows: ['lines-most'], measure: (run) => runThroughput(run, 'lines-most', 8) },
  { rows: ['lines-few'], measure: (run) => runThroughput(run, 'lines-few', 1) },
  { rows: ['script'], measure: (run) => runScript(run) },
  {
    rows: ['latency-filled', 'innocent', 'memory'],
    measure: (run) => withSubjects(run.lab, run.tools, run, (subjects) => runFilled(run, subjects)),
  },
];

/**
 * What fails does not take the other rows with it.
 * @param {Run} run
 * @returns {Promise<string[]>} what failed
 */
export async function measureAll(run) {
  const failed = [];
  for (const { rows, measure } of groups) {
    const asked = rows.filter((row) => run.rows.includes(row));
    if (asked.length === 0) continue;
    try {
      await measure(run);
    } catch (error) {
      failed.push(`${asked.join(', ')}: failed: ${error.message}`);
      run.say(failed.at(-1));
    }
  }
  return failed;
}

async function runLatency(run, row, subjects, notes = new Map()) {
  run.say(`${row}: ${run.sizes.attackers} attackers for each tool, in turns`);
  const found = await measureLatency(run.lab, subjects, { count: run.sizes.attackers });
  for (const [id, all] of found) {
    const blocked = all.filter((one) => one !== undefined);
    const took = blocked.map(({ tookMs }) => tookMs);
    const lost = all.length - blocked.length;
    const gap = median(blocked.map(({ gapMs }) => gapMs));
    const list = took.map((value) => value.toFixed(1)).join(' ');
    run.say(
      `  ${id}: ${list} ms; nine tenths ${quantile(took, 0.9).toFixed(1)} ms; a packet every ${gap.toFixed(2)} ms`,
    );
    const missing = lost > 0 ? [`${lost} of ${all.length} attackers not blocked within 30 s`] : [];
    const note = [...missing, notes.get(id)].filter(Boolean).join('; ') || undefined;
    run.record(row, id, { value: median(took), lost, note });
  }
}

async function runBursts(run) {
  const { burst: count, burstLimitMs } = run.sizes;
  for (const tool of run.tools) {
    run.say(`burst: ${count} addresses, ${tool.title}`);
    await withSubjects(run.lab, [tool], run, async ([subject]) => {
      const result = await measureBurst(subject, { count, limitMs: burstLimitMs });
      const lost = count - result.blocked;
      const value = result.isLate ? burstLimitMs / 1000 : result.seconds;
      run.say(`  ${result.blocked} of ${count} after ${result.seconds.toFixed(3)} s`);
      const note = describeMissing(result, burstLimitMs);
      run.record('burst', tool.id, { value, isAtLeast: result.isLate, lost: result.isLate ? 0 : lost, note });
    });
  }
}

function describeMissing({ blocked, count, isLate }, limitMs) {
  if (blocked === count) return undefined;
  return isLate ? `${blocked} of ${count} within ${limitMs / 1000} s` : `${count - blocked} of ${count} lost`;
}

async function runThroughput(run, row, alerting) {
  const rates = new Map(run.tools.map(({ id }) => [id, []]));
  for (let round = 0; round < run.sizes.rounds; round += 1)
    for (const tool of run.tools) rates.get(tool.id).push(await readLines(run, tool, row, alerting));
  for (const [id, all] of rates) {
    const lost = Math.max(...all.map((rate) => rate.lost));
    const note = lost > 0 ? `${lost} alerts are missing in alerts.json` : undefined;
    run.record(row, id, { value: mean(all.map((rate) => rate.perCpuSecond)), lost, note });
  }
}

async function readLines(run, tool, row, alerting) {
  const lines = tool.throughputLines[row] * run.sizes.shareOfLines;
  const { perCpuSecond, alerts } = await withSubjects(run.lab, [tool], run, ([subject]) =>
    measureThroughput(subject, { lines, alerting }),
  );
  const written = alerts === undefined ? '' : `, ${alerts.written} of ${alerts.expected} alerts in alerts.json`;
  run.say(`${row}: ${tool.title}: ${lines} lines, ${Math.round(perCpuSecond)} per CPU second${written}`);
  return { perCpuSecond, lost: alerts === undefined ? 0 : alerts.expected - alerts.written };
}

async function runScript(run) {
  run.say(`script: ${run.sizes.scripts} starts`);
  const { riposteMs, spawnMs, mebibytes } = await measureScriptStart(run.lab, {
    node: run.node,
    count: run.sizes.scripts,
  });
  const beside = `child_process.spawn of the same script from a process with ${mebibytes.toFixed(0)} MiB resident, as Riposte has: ${spawnMs.toFixed(1)} ms from the call`;
  run.say(`  Riposte ${riposteMs.toFixed(1)} ms; ${beside}`);
  run.record('script', 'riposte', { value: riposteMs, note: beside });
}

async function runFilled(run, subjects) {
  const { sizes } = run;
  const notes = new Map();
  const atRest = [];
  const prepareOne = async (subject) => {
    notes.set(subject.tool.id, await fillOne(run, subject));
    atRest.push(measureMemory(run, subject, notes));
  };
  // Riposte first and alone, and then its peers at once: they wait for programs that they start most of the time.
  await prepareOne(subjects[0]);
  await Promise.all(subjects.slice(1).map(prepareOne));
  run.say(`memory: ${sizes.restSeconds} s of rest`);
  await Promise.all(atRest);
  if (run.rows.includes('latency-filled')) await runLatency(run, 'latency-filled', subjects, notes);
  if (!run.rows.includes('innocent')) return;
  for (const filled of subjects) {
    const others = subjects.filter((subject) => subject !== filled).flatMap(({ host }) => host.processes());
    signal(others, 'SIGSTOP'); // some still work off what they were fed with, and packets would wait for them
    await runInnocent(run, filled, notes).finally(() => signal(others, 'SIGCONT'));
  }
}

async function runInnocent(run, filled, notes) {
  const { tool } = filled;
  const empty = await startSubject(run.lab, tool, run);
  const { filledMs, emptyMs, ratio } = await measureInnocent(run.lab, { filled, empty, rounds: run.sizes.visits });
  empty.host.remove();
  run.say(
    `innocent: ${tool.title}: ${filledMs.toFixed(3)} ms with, ${emptyMs.toFixed(3)} ms without blocks; ${ratio.toFixed(3)}`,
  );
  run.record('innocent', tool.id, { value: ratio, note: notes.get(tool.id) });
}

async function fillOne(run, subject) {
  const { inForce: count, fillLimitMs: limitMs } = run.sizes;
  const { own, seconds, inForce } = await fill(subject, { count, limitMs });
  run.say(
    `${count} blocks: ${subject.tool.title}: ${own} by its own means in ${seconds.toFixed(1)} s, ${inForce} in force`,
  );
  if (inForce < count) throw new Error(`${subject.tool.title}: ${inForce} of ${count} blocks in force`);
  return own < count
    ? `${own} blocks by its own means in ${Math.round(seconds)} s; the rest put straight into its set`
    : undefined;
}

async function measureMemory(run, { tool, host }, notes) {
  if (!run.rows.includes('memory')) return;
  await pause(run.sizes.restSeconds * 1000);
  const pids = host.processes();
  if (pids.length === 0) return; // another tool failed meanwhile, and all were taken away
  const value = pssMiB(pids);
  run.say(`memory: ${tool.title}: ${value.toFixed(1)} MiB`);
  run.record('memory', tool.id, { value, note: notes.get(tool.id) });
}
