// One measurement in a process of its own: loads a ruleset, gives it bytes of a log as a source does, has the alerts written, and prints what that took.
// argv: JSON of { ruleset, mixture, count, agents, listEntries, threads }. With threads, those detect.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDetector } from '../../dist/detect/engine.js';
import { loadRuleset } from '../../dist/detect/load.js';
import { chooseRulesetFiles } from '../../dist/detect/ruleset-files.js';
import { createDetectionPool } from '../../dist/manager/detection/detection-pool.js';
import { openLineWriter } from '../../dist/manager/line-writer.js';
import { createPipeline } from '../../dist/manager/pipeline.js';
import { recordTexts } from '../../dist/manager/ruleset-texts.js';
import { LineSplitter } from '../../dist/source/split-lines.js';
import { startThread } from '../../dist/system/threads.js';
import { hostLines, suricataLines, windowsEvents } from './lines.js';

const piece = 64 * 1024;
const task = JSON.parse(process.argv[2]);
const mixtures = {
  'a tenth alerts': (count) => hostLines(count, 1),
  'four fifths alert': (count) => hostLines(count, 8),
  suricata: suricataLines,
  windows: windowsEvents,
};

const pattern = '.xml$';
const listNames = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.cdb'))
    .map((entry) => join(entry.parentPath, entry.name));

/** The rule and the list that are asked for every line where the number of list entries is what is measured. */
const listRule =
  '<group name="bench,"><rule id="999990" level="0"><list field="srcip" lookup="address_match_key">bench-list</list><description>x</description></rule></group>';

function load({ ruleset, listEntries }) {
  const disk = {
    list: (path) => readdirSync(path),
    read: (path) => {
      if (path === 'bench-list') return listText(listEntries);
      if (path === 'bench.xml') return listRule;
      return readFileSync(path, 'latin1');
    },
  };
  const lists = statSync(join(ruleset, 'lists'), { throwIfNoEntry: false }) ? listNames(join(ruleset, 'lists')) : [];
  const files = chooseRulesetFiles(
    {
      decoderDirs: [{ path: join(ruleset, 'decoders'), pattern }],
      ruleDirs: [{ path: join(ruleset, 'rules'), pattern }],
      decoderIncludes: [],
      ruleIncludes: [],
      decoderExcludes: [],
      ruleExcludes: ['0215-policy_rules.xml'],
      lists: [],
    },
    disk,
  );
  const named = new Map(lists.map((path) => [`etc/lists/${path.slice(join(ruleset, 'lists').length + 1)}`, path]));
  const all = {
    ...files,
    lists: [...named.keys(), ...(listEntries === undefined ? [] : ['bench-list'])],
    rules: [...files.rules, ...(listEntries === undefined ? [] : ['bench.xml'])],
  };
  const texts = new Map();
  const reader = recordTexts({ ...disk, read: (path) => disk.read(named.get(path) ?? path) }, texts);
  const levels = { logAlertLevel: 3, emailAlertLevel: 12 };
  return { ...loadRuleset({ files: all, disk: reader, ...levels }), texts: { files: all, texts, ...levels } };
}

function listText(entries) {
  return Array.from(
    { length: entries },
    (_, index) => `100.${index >> 16}.${(index >> 8) & 255}.${index & 255}:x\n`,
  ).join('');
}

const residentMiB = () => process.memoryUsage().rss / 2 ** 20;
/** Processor seconds of each thread of this process that has used some, by its number. */
const threadSeconds = () =>
  new Map(
    readdirSync('/proc/self/task').map((id) => {
      const [nanoseconds] = readFileSync(`/proc/self/task/${id}/schedstat`, 'utf8').split(' ');
      return [Number(id), Number(nanoseconds) / 1e9];
    }),
  );

/** Detection in threads, of the same ruleset. */
async function startPool(threads) {
  const pool = createDetectionPool({
    threads,
    hostname: 'host',
    startThread: (handlers) =>
      startThread(new URL('../../dist/manager/detection/worker.js', import.meta.url), handlers),
    print: (line) => process.stderr.write(`${line}\n`),
  });
  const listRules = () =>
    loaded.ruleset.rules.rules.map(({ id, definition: { level, groupString, noActiveResponse } }) => ({
      id,
      level,
      groupString,
      noActiveResponse,
    }));
  const conf = { logAlertLevel: 3, memorySize: 8192 };
  await pool.start({ texts: loaded.texts, listRules, rulesOverAgents: [], conf, mitre: new Map(), seed: 0 });
  return pool;
}

const cpuSeconds = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

const before = residentMiB();
const started = performance.now();
const loaded = load(task);
if (loaded.ruleset === undefined) throw new Error(JSON.stringify(loaded.problems.slice(0, 3)));
const loadSeconds = (performance.now() - started) / 1000;
globalThis.gc?.();
const loadMiB = residentMiB() - before;
const folder = mkdtempSync(join(tmpdir(), 'riposte-bench-'));
const result = { loadSeconds, loadMiB, processMiB: residentMiB(), counts: loaded.counts };
if (task.mixture !== undefined) Object.assign(result, await measure());
rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify(result));

async function measure() {
  const detector = createDetector(loaded.ruleset, {
    hostname: 'host',
    logAlertLevel: 3,
    memorySize: 8192,
    logtest: false,
  });
  const path = resolve(folder, 'alerts.json');
  const alerts = openLineWriter(path, { mostKept: 2 ** 26, onDropped: () => undefined, onTurn: () => undefined });
  const none = () => undefined;
  const beforeThreads = residentMiB();
  const pool = task.threads > 0 ? await startPool(task.threads) : undefined;
  const threadsMiB = residentMiB() - beforeThreads;
  const pipeline = createPipeline(
    { detector, table: { binder: { bind: () => [] } } },
    {
      alerts,
      pool,
      standingFacts: none,
      nowMs: Date.now,
      turn: () => new Promise(setImmediate),
      onAlert: none,
      onDecided: none,
      onDecision: none,
    },
  );
  const lines = mixtures[task.mixture](task.count);
  const warm = Buffer.from(`${lines.slice(0, task.count / 10).join('\n')}\n`);
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  lines.length = 0;
  await feed(pipeline, warm);
  const warmAlerts = pipeline.counts.alerts;
  const since = process.cpuUsage();
  const sinceThreads = threadSeconds();
  const sinceMs = performance.now();
  await feed(pipeline, bytes);
  pipeline.flushAlerts();
  const wallSeconds = (performance.now() - sinceMs) / 1000;
  const seconds = cpuSeconds(since);
  const byThread = [...threadSeconds()].map(([id, now]) => [id, now - (sinceThreads.get(id) ?? 0)]);
  const busiest = byThread.filter(([id]) => id !== process.pid).sort(([, a], [, b]) => b - a);
  pool?.changes();
  await pool?.stop();
  pipeline.close();
  return {
    perCpuSecond: task.count / seconds,
    perSecond: task.count / wallSeconds,
    mainSeconds: byThread.find(([id]) => id === process.pid)?.[1],
    threadSeconds: busiest.slice(0, task.threads ?? 0).map(([, used]) => used),
    threadsMiB,
    endMiB: residentMiB(),
    alerts: pipeline.counts.alerts - warmAlerts,
    alertsMiB: statSync(path).size / 2 ** 20,
  };
}

async function feed(pipeline, bytes) {
  const splitter = new LineSplitter(0);
  const agents = task.agents ?? 0;
  let taken = 0;
  for (let at = 0; at < bytes.length; at += piece) {
    const messages = [];
    splitter.push(bytes.subarray(at, at + piece), (text, offset) => {
      const number = 1 + (taken % (agents || 1));
      taken += 1;
      messages.push({
        id: `1234567890.${offset}`,
        location: '/var/log/auth.log',
        text,
        timeMs: Date.now(),
        ...(task.mixture === 'windows' && { kind: 'windows-event' }),
        ...(agents > 0 && { agent: { id: String(number).padStart(3, '0'), name: `agent${number}`, ip: '192.0.2.1' } }),
      });
    });
    await pipeline.takeMessages(messages);
    await new Promise(setImmediate);
  }
}
