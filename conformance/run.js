// npm run conformance: every recorded answer of the original engine beside ours, in a table by file, and every difference.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareDecisions, compareRefusals } from './decisions.js';
import * as engine from './engine.js';
import { comparePatterns } from './patterns.js';
import { compareSessions, sets } from './sessions.js';

const parts = ['patterns', 'rules', 'decisions'];
const usage = `npm run conformance -- [--data DIR] [--only ${parts.join(',')}] [--differences N]
  --data DIR       the folder with recordings/ and wazuh-4.14.7/ (RIPOSTE_REFERENCE_DATA)
  --only PART,…    not all of it
  --differences N  at most so many are listed of each part: 20
`;

/** @typedef {{ name: string, lines: number, alike: number, named?: Map<string, number>, differences: object[] }} Row */

const longestShown = 300;

function show(text, start = 0) {
  const part = text.slice(start, start + longestShown);
  return `${start > 0 ? '…' : ''}${JSON.stringify(part).slice(1, -1)}${start + longestShown < text.length ? '…' : ''}`;
}

/** A little before where the two part. */
function startOfDifference(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return Math.max(0, at - 60);
}

function print(title, rows, mostListed) {
  const width = Math.max(...rows.map(({ name }) => name.length), title.length);
  process.stdout.write(`\n${title.padEnd(width)}   lines   alike  by name  differ\n`);
  for (const row of rows) {
    const named = [...(row.named?.values() ?? [])].reduce((sum, count) => sum + count, 0);
    const cells = [row.lines, row.alike, named, row.lines - row.alike - named].map((cell) => String(cell).padStart(8));
    process.stdout.write(`${row.name.padEnd(width)}${cells.join('')}\n`);
  }
  for (const { named = new Map() } of rows) {
    for (const [name, count] of named) process.stdout.write(`  differs by name, ${count}: ${name}\n`);
  }
  const differences = rows.flatMap((row) => row.differences);
  for (const { where, line, expected, received } of differences.slice(0, mostListed)) {
    const start = startOfDifference(expected, received);
    process.stdout.write(
      `  DIFFERS ${where}: ${show(line)}\n    original: ${show(expected, start)}\n    Riposte:  ${show(received, start)}\n`,
    );
  }
  if (differences.length > mostListed) process.stdout.write(`  … and ${differences.length - mostListed} more\n`);
  return differences.length;
}

function rowsOfSessions(folder, set) {
  const { rows, differences } = compareSessions(folder, set, engine);
  const named = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = named.map(([file, row]) => ({ name: `${set}/${file}`, ...row, differences: [] }));
  const sum = (key) => lines.reduce((total, row) => total + row[key], 0);
  return [...lines, { name: `${set}, all`, lines: sum('lines'), alike: sum('alike'), differences }];
}

function run(folder, wanted, mostListed) {
  let differences = 0;
  if (wanted.includes('patterns')) {
    const rows = ['osregex', 'osmatch'].map((name) => ({ name, ...comparePatterns(folder, name, engine) }));
    differences += print('patterns', rows, mostListed);
  }
  if (wanted.includes('rules')) {
    for (const set of sets) differences += print('rules and alerts', rowsOfSessions(folder, set), mostListed);
  }
  if (wanted.includes('decisions')) {
    const rows = [
      { name: 'decisions', ...compareDecisions(folder, engine) },
      { name: 'refused', ...compareRefusals(folder, engine) },
    ];
    differences += print('decisions', rows, mostListed);
  }
  process.stdout.write(
    `\n${differences === 0 ? 'no difference without a name' : `${differences} differences without a name`}\n`,
  );
  return differences === 0 ? 0 : 1;
}

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.RIPOSTE_REFERENCE_DATA },
    only: { type: 'string', default: parts.join(',') },
    differences: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else if (values.data === undefined || !existsSync(join(values.data, 'recordings'))) {
  process.stderr.write(
    `conformance: --data or RIPOSTE_REFERENCE_DATA must name the folder with the recordings\n${usage}`,
  );
  process.exitCode = 2;
} else process.exitCode = run(values.data, values.only.split(','), Number(values.differences));
