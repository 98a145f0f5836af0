// The recorded sessions of logtest, line by line: rule, decoder, fields and the whole object of the alert, in the order of its keys.
import { loadReference, readLines, toBytes } from './reference.js';

/** The recorded sets; all but `custom` were made with the rules of Wazuh's own tests. */
export const sets = ['corpus', 'custom', 'headers', 'mutated'];

/** Without what differs from run to run. */
function comparable(output, withTimes) {
  const { timestamp: _, id: __, agent: ___, manager: ____, ...rest } = output;
  if (withTimes || rest.rule === undefined) return rest;
  const { firedtimes: _____, ...rule } = rest.rule;
  return { ...rest, rule };
}

/** Recordings of one session, by name: headers line by line, and cases of which a later one shows an earlier one's user. */
function sessionOf({ file }) {
  return file === 'hdr' || file === 'openldap.ini' ? file : undefined;
}

/** As the engine prints it: the order of the keys counts. */
function asText(output) {
  return JSON.stringify(output, (key, value) => (key === 'mitre' ? undefined : value));
}

/**
 * @param {string} folder
 * @param {string} set
 * @param {import('./reference.js').Loader & { createDetector: Function }} engine
 * @returns {{ rows: Map<string, { lines: number, alike: number }>, differences: { where: string, line: string, expected: string, received: string }[] }}
 */
export function compareSessions(folder, set, engine) {
  const loaded = loadReference(folder, set === 'custom' ? 'custom' : 'corpus', engine);
  if (loaded.ruleset === undefined) throw new Error(JSON.stringify(loaded.problems.slice(0, 5)));
  const options = { hostname: 'vm', logAlertLevel: 3, memorySize: 8192, logtest: true };
  const start = () => engine.createDetector(loaded.ruleset, options);
  const sessions = new Map();
  const rows = new Map();
  const differences = [];
  for (const recording of readLines(folder, `${set}.jsonl.gz`).filter(({ ok }) => ok)) {
    const shared = sessionOf(recording);
    const detector = sessions.get(shared) ?? start();
    if (shared !== undefined) sessions.set(shared, detector);
    const row = rows.get(recording.file) ?? { lines: 0, alike: 0 };
    rows.set(recording.file, row);
    // Counts of what fired before are of the whole file, of which a part is kept back in the corpus.
    const compared = compareLines(recording, detector, set !== 'corpus');
    row.lines += compared.length;
    row.alike += compared.filter(({ expected, received }) => expected === received).length;
    for (const each of compared) {
      const where = `${set} ${recording.file} ${recording.section ?? ''}`.trim();
      if (each.expected !== each.received) differences.push({ where, ...each });
    }
  }
  return { rows, differences };
}

function compareLines({ lines, outs }, detector, withTimes) {
  // Wazuh's own helper does not send empty lines.
  return lines
    .filter((line) => line !== '')
    .map((line, index) => {
      const timeMs = Date.parse(String(outs[index]?.timestamp));
      const message = { id: `1.${index}`, location: 'stdin', text: toBytes(line), timeMs };
      return {
        line,
        expected: asText(comparable(outs[index] ?? {}, withTimes)),
        received: asText(comparable(detector.logtest(message).output, withTimes)),
      };
    });
}
