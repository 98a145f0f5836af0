// Measures the whole service in a network namespace: log lines per CPU second with blocking on, a burst of addresses, memory.
// Needs root, ip and nft. Prints one line a figure; nothing is left behind.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askService } from '../dist/serve/control-client.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const namespace = `riposte-bench-${process.pid}`;
const ticksPerSecond = 100;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function stamp() {
  const now = new Date();
  const month = now.toLocaleString('en-US', { month: 'short' });
  return `${month} ${String(now.getDate()).padStart(2)} ${now.toTimeString().slice(0, 8)}`;
}

/** Innocent messages of a busy host. */
const innocent = [
  'CRON[4711]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)',
  'systemd[1]: Started session-12.scope - Session 12 of user deploy.',
  'kernel: [12345.678901] eth0: link becomes ready',
  'sshd[991]: Connection closed by 192.0.2.77 port 50412',
];

/** `alerting` lines of ten raise an alert, each from another address, so that they do not add up to a block. */
function makeLines(count, alerting) {
  const head = `${stamp()} host `;
  const lines = [];
  for (let index = 0; index < count; index += 1) {
    const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
    const hit = `sshd[${1000 + (index % 9000)}]: Failed password for root from ${address} port 22000 ssh2`;
    lines.push(head + (index % 10 < alerting ? hit : innocent[index % innocent.length]));
  }
  return `${lines.join('\n')}\n`;
}

function descendants(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [pid, ...children.flatMap((child) => descendants(Number(child)))];
}

/** Of all our processes, ended children included; seconds. */
function cpuSeconds(pid) {
  const ticks = descendants(pid).map((one) => {
    const fields = readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1].split(' ');
    return fields.slice(11, one === pid ? 15 : 13).reduce((sum, value) => sum + Number(value), 0);
  });
  return ticks.reduce((sum, value) => sum + value, 0) / ticksPerSecond;
}

function pssMiB(pid) {
  const sizes = descendants(pid).map((one) =>
    Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0),
  );
  return sizes.reduce((sum, value) => sum + value, 0) / 1024;
}

async function withService(measure) {
  const folder = mkdtempSync(join(tmpdir(), 'riposte-bench-'));
  const home = join(folder, 'home');
  const log = join(folder, 'auth.log');
  mkdirSync(join(home, 'etc'), { recursive: true });
  writeFileSync(log, '');
  writeFileSync(
    join(home, 'etc/ossec.conf'),
    `<ossec_config>
  <command><name>firewall-drop</name><executable>firewall-drop</executable><timeout_allowed>yes</timeout_allowed></command>
  <active-response><command>firewall-drop</command><location>local</location><rules_id>5712,5720,5763</rules_id><timeout>600</timeout></active-response>
  <localfile><log_format>syslog</log_format><location>${log}</location></localfile>
</ossec_config>`,
  );
  const argv = ['netns', 'exec', namespace, process.execPath, join(root, 'bin/riposte'), 'start', '--home', home];
  const service = spawn('ip', argv, { stdio: 'ignore' });
  const ended = new Promise((resolve) => service.on('exit', resolve));
  const ask = (command) => askService(join(home, 'var/run/riposte.sock'), command);
  const status = () => ask('status').catch(() => undefined);
  try {
    for (let turn = 0; (await status())?.ready !== true; turn += 1) {
      if (turn > 300) throw new Error('the service did not get ready');
      await pause(100);
    }
    await pause(1000);
    return await measure({ log, pid: service.pid, status, home });
  } finally {
    service.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function waitUntil(holds, everyMs) {
  const end = performance.now() + 120_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('not reached within two minutes');
    await pause(everyMs);
  }
}

const countAlerts = (home) => readFileSync(join(home, 'logs/alerts/alerts.json'), 'utf8').split('\n').length - 1;

async function measureThroughput(alerting) {
  const count = 300_000;
  const text = makeLines(count, alerting);
  return await withService(async ({ log, pid, status, home }) => {
    const before = cpuSeconds(pid);
    for (let at = 0; at < text.length; at += 1 << 20) {
      appendFileSync(log, text.slice(at, at + (1 << 20)));
      await pause(1);
    }
    await waitUntil(async () => (await status()).counts.messages >= count, 100);
    await pause(1500);
    const rate = count / (cpuSeconds(pid) - before);
    return `${Math.round(rate / 1000)} k lines per CPU second, ${countAlerts(home)} of ${(count * alerting) / 10} alerts written`;
  });
}

async function measureBurst() {
  const addresses = Array.from({ length: 1000 }, (_, index) => `203.0.${index >> 8}.${index & 255}`);
  return await withService(async ({ log, status, pid }) => {
    const head = `${stamp()} host sshd[77]: Failed password for root from `;
    const lines = addresses.flatMap((address) =>
      Array.from({ length: 8 }, () => `${head}${address} port 22000 ssh2\n`),
    );
    appendFileSync(log, lines.join(''));
    const written = performance.now();
    await waitUntil(async () => (await status()).inForce >= addresses.length, 5);
    const seconds = (performance.now() - written) / 1000;
    const listed = execFileSync('ip', ['netns', 'exec', namespace, 'nft', '-j', 'list', 'ruleset'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const inKernel = new Set(listed.match(/203\.0\.\d+\.\d+/g)).size;
    return `${seconds.toFixed(3)} s until ${addresses.length} addresses are in force, ${inKernel} in the kernel; ${Math.round(pssMiB(pid))} MiB PSS`;
  });
}

if (process.geteuid?.() !== 0) {
  process.stderr.write('bench needs root: it makes a network namespace\n');
  process.exit(69);
}
execFileSync('ip', ['netns', 'add', namespace]);
try {
  process.stdout.write(`four fifths alert: ${await measureThroughput(8)}\n`);
  process.stdout.write(`a tenth alerts:    ${await measureThroughput(1)}\n`);
  process.stdout.write(`burst:             ${await measureBurst()}\n`);
} finally {
  execFileSync('ip', ['netns', 'delete', namespace]);
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith('riposte-bench-'));
  if (left.length > 0) process.stderr.write(`left behind: ${left.join(', ')}\n`);
}
