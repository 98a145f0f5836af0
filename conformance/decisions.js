// The recorded configurations of active response: which responses each event led to, and on which agents; and those that the original refused.
import { acceptances, eventDifferences, refusals } from './named-differences.js';
import { loadConfigured, readLines, toBytes } from './reference.js';

/** As the recordings were made. Agent 009 is not known. */
const agents = [
  { id: '001', status: 'active' },
  { id: '002', status: 'active' },
  { id: '003', status: 'disconnected' },
];
/** A hundredth of a second from event to event. */
const paceMs = 10;
const startMs = Date.UTC(2031, 1, 1);

/** What is judged; engine.js has its members. @typedef {Record<string, any>} Engine */

/** Rulesets are loaded once for all configurations that share their files and levels. */
function createCache(folder, engine) {
  const known = new Map();
  return (conf, rules) => {
    const { ruleset, logAlertLevel, emailAlertLevel } = conf;
    const key = JSON.stringify([ruleset, logAlertLevel, emailAlertLevel, rules]);
    if (!known.has(key)) {
      // They come in the order of their names: those of one ruleset stand together mostly.
      known.clear();
      const texts = Object.fromEntries(Object.entries(rules).map(([path, text]) => [path, toBytes(text)]));
      known.set(
        key,
        loadConfigured(folder, ruleset ?? engine.createSources(), texts, { logAlertLevel, emailAlertLevel }, engine),
      );
    }
    return known.get(key);
  };
}

function errorsOf(problems) {
  return problems.filter(({ severity }) => severity === 'error');
}

/** @param {string} folder @param {Engine} engine */
export function compareDecisions(folder, engine) {
  const load = createCache(folder, engine);
  const tally = { lines: 0, alike: 0, named: new Map(), differences: [] };
  const recordings = readLines(folder, 'decisions.jsonl.gz');
  recordings.sort((a, b) => (JSON.stringify(a.rules) < JSON.stringify(b.rules) ? -1 : 1));
  for (const recording of recordings) compareOne(recording, load, engine, tally);
  return tally;
}

function note(tally, name) {
  tally.named.set(name, (tally.named.get(name) ?? 0) + 1);
}

function compareOne(recording, load, engine, tally) {
  const { name, configuration, rules, events } = recording;
  tally.lines += events.length;
  const { conf, problems } = engine.readOssecConf(configuration, 'ossec.conf');
  const loaded = conf === undefined ? undefined : load(conf, rules);
  if (loaded?.ruleset === undefined) {
    const [first] = errorsOf(conf === undefined ? problems : loaded.problems);
    const refusal = refusals.find(({ error }) => error.test(first?.message ?? ''));
    if (refusal !== undefined) {
      tally.named.set(`refused: ${refusal.name}`, (tally.named.get(`refused: ${refusal.name}`) ?? 0) + events.length);
    } else
      tally.differences.push({ where: name, line: 'the configuration', expected: 'taken', received: first?.message });
    return;
  }
  const options = { hostname: 'vm', logAlertLevel: conf.logAlertLevel, memorySize: conf.memorySize, logtest: false };
  const detector = engine.createDetector(loaded.ruleset, options);
  const table = engine.prepareDecisions(conf, engine.compilers);
  for (const [index, event] of events.entries()) {
    const { received, ours, decisions } = answer(event, index, { detector, table, engine });
    const theirs = event.messages.map((message) =>
      describeRun(message.agent ?? '000', message.name, message.extra_args),
    );
    const sameAlert = received === expectedAlert(event);
    if (sameAlert && ours.join('\n') === theirs.join('\n')) tally.alike += 1;
    else {
      const context = { configuration, event, ours, theirs, decisions };
      const difference = sameAlert ? eventDifferences.find(({ holds }) => holds(context)) : undefined;
      if (difference !== undefined) note(tally, difference.name);
      else
        tally.differences.push({
          where: `${name}[${index}]`,
          line: event.sent,
          expected: [expectedAlert(event), ...theirs].join(' | '),
          received: [received, ...ours].join(' | '),
        });
    }
  }
}

function expectedAlert({ alert }) {
  return alert === null ? 'no alert' : `${alert.rule} level ${alert.level} ${alert.groups.join(',')}`;
}

function answer(event, index, { detector, table, engine }) {
  const read = engine.readQueueMessage(toBytes(event.sent));
  if (!read.ok) return { received: read.reason, ours: [], decisions: [] };
  const timeMs = startMs + index * paceMs;
  const found = detector.process({ ...read.message, id: `1.${index}`, timeMs });
  if (found === undefined) return { received: 'no alert', ours: [], decisions: [] };
  const { alert, rule } = found;
  const decisions = engine.decide(table, {
    alert,
    rule,
    eventMs: timeMs,
    nowMs: timeMs,
    agents,
    neverBlock: () => undefined,
    targetOf: () => ({ kind: 'unknown' }),
    maxAgeMs: 600_000,
    observe: false,
  });
  const ours = decisions
    .filter(({ outcome }) => outcome === 'run')
    .flatMap((decision) => decision.agents.map((agent) => describeRun(agent, decision.response, decision.extraArgs)));
  return { received: `${alert.rule.id} level ${alert.rule.level} ${alert.rule.groups.join(',')}`, ours, decisions };
}

function describeRun(agent, response, extraArgs) {
  return [agent, response, ...extraArgs].join(' ');
}

/** @param {string} folder @param {Engine} engine */
export function compareRefusals(folder, engine) {
  const load = createCache(folder, engine);
  const recordings = readLines(folder, 'refused.jsonl.gz');
  const tally = { lines: recordings.length, alike: 0, named: new Map(), differences: [] };
  for (const recording of recordings) {
    const { conf, problems } = engine.readOssecConf(recording.configuration, 'ossec.conf');
    const all = conf === undefined ? problems : [...problems, ...load(conf, recording.rules).problems];
    const [first] = errorsOf(all);
    const acceptance = acceptances.find(({ holds }) => holds(recording));
    if (first !== undefined) tally.alike += 1;
    else if (acceptance !== undefined) note(tally, acceptance.name);
    else
      tally.differences.push({
        where: recording.name,
        line: recording.about,
        expected: recording.log.find((text) => text.includes('ERROR')) ?? 'refused',
        received: 'taken',
      });
  }
  return tally;
}
