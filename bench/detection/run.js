// npm run bench:detection: what the detection engine does in one CPU second, by ruleset and by what it is given, alerts written.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeFlags } from '../node-flags.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const flags = [...nodeFlags, '--expose-gc'];
const usage = `npm run bench:detection -- [--ruleset DIR] [--lines N] [--rounds N]
  --ruleset DIR  a folder with decoders/, rules/ and lists/: the shipped one, and Wazuh's where RIPOSTE_REFERENCE_DATA has it
  --lines N      500000
  --rounds N     each row is measured so many times, in turns, and the median is shown: 3
`;

/** @type {{ name: string, task: object, share?: number, beside?: string }[]} `beside`: the row that this one is to be as fast as */
const rows = [
  { name: 'a tenth alerts', task: { mixture: 'a tenth alerts' } },
  { name: 'four fifths alert', task: { mixture: 'four fifths alert' } },
  { name: 'Suricata JSON', task: { mixture: 'suricata' }, share: 0.4 },
  { name: 'Windows events', task: { mixture: 'windows' }, share: 0.4 },
  { name: '1 agent', task: { mixture: 'a tenth alerts', agents: 1 }, share: 0.4 },
  { name: '10,000 agents', task: { mixture: 'a tenth alerts', agents: 10_000 }, share: 0.4, beside: '1 agent' },
  { name: 'list of 10', task: { mixture: 'a tenth alerts', listEntries: 10 }, share: 0.4 },
  {
    name: 'list of 1,000,000',
    task: { mixture: 'a tenth alerts', listEntries: 1_000_000 },
    share: 0.4,
    beside: 'list of 10',
  },
];

function measure(task) {
  const probe = join(root, 'bench/detection/probe.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, probe, JSON.stringify(task)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function measureRuleset(ruleset, lines, rounds) {
  const found = new Map(rows.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, task, share = 1 } of rows) {
      process.stderr.write(`${ruleset}: ${name}, ${round + 1} of ${rounds}\n`);
      found.get(name).push(measure({ ...task, ruleset, count: Math.round(lines * share) }));
    }
  }
  return found;
}

function print(ruleset, found) {
  const of = (name, key) => median(found.get(name).map((result) => result[key]));
  const { counts } = found.get('a tenth alerts')[0];
  process.stdout.write(`\n${ruleset}: ${counts.rules} rules, ${counts.decoders} decoders, ${counts.lists} lists\n`);
  process.stdout.write(
    `loads in ${of('a tenth alerts', 'loadSeconds').toFixed(2)} s, ${of('a tenth alerts', 'loadMiB').toFixed(0)} MiB more than before (process ${of('a tenth alerts', 'processMiB').toFixed(0)} MiB)\n\n`,
  );
  process.stdout.write(`${'given'.padEnd(20)}${'lines per CPU second'.padStart(22)}${'alerts'.padStart(9)}\n`);
  for (const { name, beside } of rows) {
    const rate = of(name, 'perCpuSecond');
    const note = beside === undefined ? '' : `   ${(rate / of(beside, 'perCpuSecond')).toFixed(2)} x ${beside}`;
    const all = found
      .get(name)
      .map((result) => Math.round(result.perCpuSecond / 1000))
      .join(' ');
    process.stdout.write(
      `${name.padEnd(20)}${Math.round(rate).toLocaleString('en').padStart(22)}${String(of(name, 'alerts')).padStart(9)}   (${all} k)${note}\n`,
    );
  }
}

const { values } = parseArgs({
  options: {
    ruleset: { type: 'string' },
    lines: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else {
  const reference = join(process.env.RIPOSTE_REFERENCE_DATA ?? '', 'wazuh-4.14.7', 'ruleset');
  const rulesets =
    values.ruleset === undefined ? [join(root, 'ruleset'), reference].filter(existsSync) : [values.ruleset];
  const [cpu] = cpus();
  const [load = 0] = loadavg();
  process.stdout.write(`${cpu?.model}, Node ${process.version}, load average ${load.toFixed(1)}\n`);
  for (const ruleset of rulesets) print(ruleset, measureRuleset(ruleset, Number(values.lines), Number(values.rounds)));
}
