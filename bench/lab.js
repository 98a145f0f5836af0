// Where tools are measured: one network namespace a tool, all linked by veth pairs to one namespace outside, where attackers and
// innocent clients sit. Everything made here is undone by `remove`, in whatever state it is.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attackerNetwork } from './lines.js';
import { processesIn, signal } from './processes.js';

const largeOutput = 1 << 28;

/** @typedef {ReturnType<typeof createLab>} Lab */
/** @typedef {ReturnType<Lab['addHost']>} Host */
/** @typedef {Awaited<ReturnType<Lab['startProbe']>>} Probe */

export function createLab() {
  const stamp = `riposte-bench-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), `${stamp}-`));
  const namespaces = new Map();
  const probes = new Set();
  let hosts = 0;

  /** @param {string} name */
  function addNamespace(name) {
    const full = `${stamp}-${name}`;
    execFileSync('ip', ['netns', 'add', full]);
    const inode = statSync(`/run/netns/${full}`).ino;
    const inside = (argv) => ['netns', 'exec', full, ...argv];
    const namespace = {
      name: full,
      /** Runs a program inside to its end and gives its output; throws where it fails. */
      run: (argv, input) =>
        execFileSync('ip', inside(argv), { encoding: 'utf8', input, maxBuffer: largeOutput, stdio: 'pipe' }),
      /** Starts a program inside, in a process group of its own: a tool that ends its group must not end this program. */
      start: (argv, options = {}) => spawn('ip', inside(argv), { detached: true, stdio: 'ignore', ...options }),
      processes: () => processesIn(inode),
    };
    namespaces.set(full, namespace);
    namespace.run(['ip', 'link', 'set', 'lo', 'up']);
    return namespace;
  }

  function removeNamespace(name) {
    const namespace = namespaces.get(name);
    namespaces.delete(name);
    // Again, because one that is ended may just have started another.
    for (let turn = 0; turn < 100; turn += 1) {
      const pids = namespace.processes();
      if (pids.length === 0) break;
      signal(pids, 'SIGKILL');
      spawnSync('sleep', ['0.02']);
    }
    spawnSync('ip', ['netns', 'delete', name]);
  }

  const outside = addNamespace('outside');
  // Every address of the network is the attacker's own: sockets bind to it, and it answers for it on the link.
  outside.run(['ip', 'route', 'add', 'local', attackerNetwork, 'dev', 'lo']);

  return {
    folder,
    outside,
    /**
     * A host for one tool: a namespace with a link to the outside, and a folder.
     * @param {string} label
     */
    addHost(label) {
      hosts += 1;
      const namespace = addNamespace(`${hosts}-${label}`);
      const [address, outsideAddress] = [`172.30.${hosts}.1`, `172.30.${hosts}.2`];
      const end = `veth${hosts}`;
      namespace.run(['ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', end, 'netns', outside.name]);
      namespace.run(['ip', 'address', 'add', `${address}/24`, 'dev', 'veth0']);
      outside.run(['ip', 'address', 'add', `${outsideAddress}/24`, 'dev', end]);
      namespace.run(['ip', 'link', 'set', 'veth0', 'up']);
      outside.run(['ip', 'link', 'set', end, 'up']);
      namespace.run(['ip', 'route', 'add', attackerNetwork, 'via', outsideAddress]);
      const ownFolder = join(folder, `${hosts}-${label}`);
      mkdirSync(ownFolder);
      return {
        ...namespace,
        folder: ownFolder,
        address,
        outsideAddress,
        /** What the tool runs here; probes are not the tool's. */
        processes: () => namespace.processes().filter((pid) => ![...probes].some((probe) => probe.pid === pid)),
        /** Ends everything that runs here, and takes the host away. */
        remove: () => removeNamespace(namespace.name),
      };
    },
    /**
     * A copy of Node whose pages no other process shares: the memory of a tool that runs on it is all its own.
     */
    copyNode() {
      const copy = join(folder, 'node');
      copyFileSync(process.execPath, copy);
      return copy;
    },
    /** Starts one of the programs in probes/ in a namespace; it answers requests. A clock never waits for the processor. */
    async startProbe(namespace, file, { isClock = false } = {}) {
      const probe = await startProbe(namespace, file, isClock);
      probes.add(probe);
      return {
        ask: probe.ask,
        end: () => {
          probes.delete(probe);
          return probe.end();
        },
      };
    },
    remove() {
      signal(
        [...probes].map((probe) => probe.pid),
        'SIGKILL',
      );
      for (const name of [...namespaces.keys()]) removeNamespace(name);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** argv that runs a program before all others, where that is allowed: a clock that is late would be a tool that is slow. */
export function withoutDelay(argv) {
  const first = ['chrt', '--fifo', '1'];
  return spawnSync('chrt', [...first.slice(1), 'true']).status === 0 ? [...first, ...argv] : argv;
}

async function startProbe(namespace, file, isClock) {
  const path = fileURLToPath(new URL(`probes/${file}`, import.meta.url));
  const argv = [process.execPath, path];
  const child = namespace.start(isClock ? withoutDelay(argv) : argv, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const waiting = new Map();
  let asked = 0;
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(`${file}: ${error}`));
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} has ended`));
  });
  /** @param {string} request */
  const ask = (request, parameters = {}) =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, { resolve, reject });
      child.send({ id: asked, request, parameters }, (error) => error && reject(error));
    });
  await ask('ready');
  return {
    pid: child.pid,
    ask,
    end: () => {
      signal([child.pid], 'SIGKILL');
      return ended;
    },
  };
}
