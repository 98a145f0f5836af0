// npm run bench: Riposte, sshguard and fail2ban in network namespaces, in one run, and one table of what they did.
// Needs root. Leaves nothing behind but the packages that it had to install.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release } from 'node:os';
import { createLab } from './lab.js';
import { measureAll } from './measure.js';
import { readOptions, usage } from './options.js';
import { prepare } from './packages.js';
import { rows } from './rows/index.js';
import { writeTable } from './table.js';
import { riposte } from './tools/index.js';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

const say = (text) => process.stderr.write(`${text}\n`);

function describeMachine() {
  const [cpu] = cpus();
  const nft = execFileSync('nft', ['--version'], { encoding: 'utf8' }).split(' (')[0];
  return `${cpus().length} × ${cpu?.model}, Linux ${release()}, ${nft}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
}

async function measureAndPrint(options) {
  const { runnable: tools, reasons } = prepare([riposte, ...options.peers], say);
  for (const reason of reasons) say(reason);
  const figures = new Map();
  const record = (row, tool, figure) => {
    if (!figures.has(row)) figures.set(row, new Map());
    figures.get(row).set(tool, figure);
  };
  const lab = createLab();
  // However this program ends: by a signal, by an error that nobody expected.
  process.on('exit', () => lab.remove());
  const started = performance.now();
  const [load = 0] = loadavg();
  let failed = [];
  try {
    failed = await measureAll({ lab, node: lab.copyNode(), tools, say, record, ...options });
  } finally {
    lab.remove();
  }
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const shown = rows.filter(({ id }) => options.rows.includes(id));
  process.stdout.write(`\n${describeMachine()}\n${tools.map((tool) => tool.describe()).join('; ')}\n`);
  process.stdout.write(
    `${options.quick ? `a quick run: rough figures, memory after ${options.sizes.restSeconds} s; ` : ''}${minutes} minutes; load average at the start ${load.toFixed(1)}\n\n`,
  );
  process.stdout.write(writeTable(shown, tools, figures));
  if (failed.length > 0) process.exitCode = 1;
  for (const reason of [...reasons, ...failed]) process.stdout.write(`${reason}\n`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(usage);
  else await measureAndPrint(options);
} catch (error) {
  say(`riposte bench: ${error.message}`);
  process.exit(error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? 2 : 1);
}
