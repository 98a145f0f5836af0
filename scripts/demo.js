// The demo: a real sshd and an attacker on another host, in network namespaces of their own. Attack, alert, block, a session
// that freezes, a refused connection, the list, the lifting, a connection that works. Leaves nothing behind.
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  appendFileSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const riposte = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin', 'riposte');
const programs = {
  ip: 'iproute2',
  nft: 'nftables',
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  unshare: 'util-linux',
};
const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const hostAddress = '192.0.2.1';
const attackerAddress = '192.0.2.2';
const timeoutSeconds = 8;

const started = performance.now();
const say = (text) =>
  process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${text}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function locate(program) {
  for (const folder of folders) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return join(folder, program);
    } catch {
      // Looked for in the next folder.
    }
  }
  return undefined;
}

function listMissing() {
  const missing = Object.keys(programs).filter((program) => locate(program) === undefined);
  const needs = [];
  if (process.geteuid?.() !== 0) needs.push('root, because it makes network namespaces');
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => programs[program]))].join(' ');
    needs.push(`${missing.join(', ')} (on Debian: apt-get install ${packages})`);
  }
  return needs;
}

function run(argv) {
  const [program, ...rest] = argv;
  const result = spawnSync(locate(program) ?? program, rest, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${argv.join(' ')}: ${result.stderr || result.error?.message}`);
  return result.stdout;
}

/** Everything that was made, undone in the opposite order. */
const undo = [];
const children = new Set();

function start(argv, options = {}) {
  const [program, ...rest] = argv;
  const child = spawn(locate(program) ?? program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...options,
  });
  children.add(child);
  child.finished = new Promise((resolve) => {
    child.on('close', (status) => {
      children.delete(child);
      resolve(status);
    });
  });
  child.text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk) => (child.text += chunk));
  return child;
}

async function waitFor(what, holds, ms) {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    if (holds()) return;
    await pause(20);
  }
  throw new Error(`${what} did not happen within ${ms / 1000} s`);
}

function makeNetwork(id) {
  const host = `riposte-host-${id}`;
  const attacker = `riposte-attacker-${id}`;
  for (const name of [host, attacker]) {
    run(['ip', 'netns', 'add', name]);
    undo.push(() => run(['ip', 'netns', 'delete', name]));
    run(['ip', '-n', name, 'link', 'set', 'lo', 'up']);
  }
  run(['ip', '-n', host, 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth0', 'netns', attacker]);
  for (const [name, address] of [
    [host, hostAddress],
    [attacker, attackerAddress],
  ]) {
    run(['ip', '-n', name, 'address', 'add', `${address}/24`, 'dev', 'veth0']);
    run(['ip', '-n', name, 'link', 'set', 'veth0', 'up']);
  }
  return { host, attacker };
}

/** sshd writes its messages to standard error; a syslog daemon would put the header before them, here we do. */
function startSshd(network, folder, log) {
  for (const name of ['host_key', 'user_key'])
    run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  const conf = join(folder, 'sshd_config');
  writeFileSync(
    conf,
    [
      `ListenAddress ${hostAddress}`,
      `HostKey ${join(folder, 'host_key')}`,
      `AuthorizedKeysFile ${join(folder, 'user_key.pub')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'PasswordAuthentication yes',
      'MaxAuthTries 20',
      'MaxStartups 100',
    ].join('\n'),
  );
  const script = 'mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec "$0" -D -e -f "$1"';
  const sshd = start([
    'ip',
    'netns',
    'exec',
    network.host,
    locate('unshare'),
    '--mount',
    'sh',
    '-c',
    script,
    locate('sshd'),
    conf,
  ]);
  let rest = '';
  sshd.stderr.on('data', (chunk) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop();
    const now = new Date();
    const two = (value) => String(value).padStart(2, '0');
    const month = now.toLocaleString('en-US', { month: 'short' });
    const stamp = `${month} ${String(now.getDate()).padStart(2)} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':')}`;
    appendFileSync(
      log,
      lines.map((line) => `${stamp} ${hostname().split('.')[0]} sshd[${sshd.pid}]: ${line}\n`).join(''),
    );
  });
  return sshd;
}

function writeConfiguration(home, log) {
  mkdirSync(join(home, 'etc'), { recursive: true });
  writeFileSync(
    join(home, 'etc/ossec.conf'),
    `<ossec_config>
  <command>
    <name>firewall-drop</name>
    <executable>firewall-drop</executable>
    <timeout_allowed>yes</timeout_allowed>
  </command>
  <active-response>
    <command>firewall-drop</command>
    <location>local</location>
    <rules_id>5712,5720,5763</rules_id>
    <timeout>${timeoutSeconds}</timeout>
  </active-response>
  <localfile>
    <log_format>syslog</log_format>
    <location>${log}</location>
  </localfile>
</ossec_config>
`,
  );
}

const sshOptions = (folder) => [
  '-F',
  'none',
  '-o',
  'StrictHostKeyChecking=no',
  '-o',
  `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
  '-o',
  'LogLevel=ERROR',
  '-o',
  'ConnectTimeout=2',
];

function connect(network, folder, command) {
  const key = ['-i', join(folder, 'user_key'), '-o', 'BatchMode=yes'];
  return start([
    'ip',
    'netns',
    'exec',
    network.attacker,
    locate('ssh'),
    ...sshOptions(folder),
    ...key,
    `root@${hostAddress}`,
    command,
  ]);
}

function guess(network, folder) {
  const askpass = join(folder, 'askpass');
  writeFileSync(askpass, '#!/bin/sh\necho wrong\n');
  chmodSync(askpass, 0o755);
  const options = [
    '-o',
    'PreferredAuthentications=password',
    '-o',
    'PubkeyAuthentication=no',
    '-o',
    'NumberOfPasswordPrompts=5',
  ];
  const env = { ...process.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' };
  return start(
    [
      'ip',
      'netns',
      'exec',
      network.attacker,
      locate('ssh'),
      ...sshOptions(folder),
      ...options,
      `admin@${hostAddress}`,
      'true',
    ],
    { env },
  );
}

async function showAttack() {
  const folder = mkdtempSync(join(tmpdir(), 'riposte-demo-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const network = makeNetwork(process.pid);
  const log = join(folder, 'auth.log');
  const home = join(folder, 'home');
  writeFileSync(log, '');
  writeConfiguration(home, log);
  const sshd = startSshd(network, folder, log);
  await waitFor('sshd listening', () => sshd.text.includes('Server listening'), 10_000);
  say(`a host with a real sshd at ${hostAddress}, an attacker at ${attackerAddress}, each in a network namespace`);

  const service = start(['ip', 'netns', 'exec', network.host, process.execPath, riposte, 'start', '--home', home]);
  await waitFor('riposte ready', () => service.text.includes('\nready\n'), 30_000).catch((error) => {
    throw new Error(`${error.message}:\n${service.text}`);
  });
  say('riposte is ready and reads the log of sshd');

  const session = connect(network, folder, 'while :; do echo tick; sleep 0.1; done');
  await waitFor('an open session', () => session.text.includes('tick'), 10_000);
  say('the attacker has a session open, which ticks');

  say('the attacker guesses passwords');
  const guesses = [guess(network, folder), guess(network, folder)];
  await waitFor('a block', () => service.text.includes(`${attackerAddress} active`), 20_000).catch((error) => {
    throw new Error(`${error.message}:\n${service.text}`);
  });
  for (const line of service.text.split('\n')) if (/ level 10|active until/.test(line)) say(`riposte: ${line}`);

  await pause(500);
  const ticks = session.text.length;
  await pause(1000);
  if (session.text.length !== ticks) throw new Error('the open session still ticks');
  say('the open session is frozen');
  if ((await connect(network, folder, 'true').finished) === 0) throw new Error('a new connection was let through');
  say('a new connection does not get through');
  process.stdout.write(run(['ip', 'netns', 'exec', network.host, process.execPath, riposte, 'list', '--home', home]));

  await waitFor('the lifting', () => service.text.includes(`${attackerAddress} reverted`), (timeoutSeconds + 5) * 1000);
  say('the time is up: riposte lifted the block');
  if ((await connect(network, folder, 'true').finished) !== 0)
    throw new Error('the connection after the lifting failed');
  say('a new connection works');
  for (const child of [...guesses, session]) kill(child);
  service.kill('SIGTERM');
  if ((await service.finished) !== 0) throw new Error(`riposte did not end well:\n${service.text}`);
}

function kill(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function cleanUp() {
  const running = [...children];
  for (const child of running) kill(child);
  await Promise.all(running.map((child) => child.finished));
  for (const step of undo.reverse()) step();
}

const needs = listMissing();
if (needs.length > 0) {
  process.stderr.write(`riposte demo needs ${needs.join(', and ')}\n`);
  process.exitCode = 69;
} else {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => cleanUp().finally(() => process.exit(130)));
  try {
    await showAttack();
    say('done: nothing is left behind');
  } catch (error) {
    process.stderr.write(`riposte demo: ${error.message}\n`);
    process.exitCode = 1;
  } finally {
    await cleanUp();
  }
}
