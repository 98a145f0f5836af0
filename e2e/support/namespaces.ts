// Network namespaces for end-to-end tests: made under names of our own, spoken to with `ip netns exec`, checked to be gone.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';
import type { Host, NetfilterSocket, RunOptions, RunResult } from '../../src/respond/contract.ts';
import { createSystemHost } from '../../src/system/processes.ts';

/** Why tests with namespaces and these programs cannot run here, printed once; undefined where they can. */
export function reasonToSkip(programs: readonly string[]): string | undefined {
  const reason = findReason(['ip', ...programs]);
  if (reason !== undefined) console.warn(`skipped: ${reason}`);
  return reason;
}

function findReason(programs: readonly string[]): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  const missing = programs.find((program) => spawnSync('sh', ['-c', 'command -v "$0"', program]).status !== 0);
  if (missing !== undefined) return `needs ${missing}`;
  const trial = `rp-${randomBytes(3).toString('hex')}-trial`;
  if (spawnSync('ip', ['netns', 'add', trial]).status !== 0) return 'network namespaces cannot be made here';
  spawnSync('ip', ['netns', 'del', trial]);
  return undefined;
}

/** Runs a program to its end; throws where it fails. */
export function runSync(...argv: readonly [string, ...string[]]): string {
  const [program, ...rest] = argv;
  return execFileSync(program, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export interface Namespace {
  readonly name: string;
  /** argv that runs a program inside. */
  inside(...argv: readonly string[]): readonly [string, ...string[]];
  run(...argv: readonly string[]): string;
  /** A host whose programs run inside; files are the machine's. */
  host(): Host;
}

/** The namespaces of one test file. */
export interface Lab {
  add(name: string): Namespace;
  /** A veth pair; addresses with prefix length, IPv4 and IPv6. Both ends are up. */
  link(from: Namespace, to: Namespace, fromAddresses: readonly string[], toAddresses: readonly string[]): void;
  /** Ends what still runs inside and removes all. Throws where something is left. */
  remove(): void;
}

export function createLab(): Lab {
  const stamp = `rp-${randomBytes(3).toString('hex')}`;
  const made: Namespace[] = [];
  let links = 0;
  return {
    add: (name) => {
      const namespace = namespaceOf(`${stamp}-${name}`);
      runSync('ip', 'netns', 'add', namespace.name);
      made.push(namespace);
      namespace.run('ip', 'link', 'set', 'lo', 'up');
      return namespace;
    },
    link: (from, to, fromAddresses, toAddresses) => {
      links += 1;
      const names = [`v${links}a`, `v${links}b`] as const;
      // Made inside, so that the machine's own namespace never sees it.
      from.run('ip', 'link', 'add', names[0], 'type', 'veth', 'peer', 'name', names[1], 'netns', to.name);
      setUpEnd(from, names[0], fromAddresses);
      setUpEnd(to, names[1], toAddresses);
    },
    remove: () => {
      for (const { name } of made) endProcessesOf(name);
      for (const { name } of made.splice(0)) spawnSync('ip', ['netns', 'del', name]);
      const left = runSync('ip', 'netns', 'list')
        .split('\n')
        .filter((line) => line.startsWith(`${stamp}-`));
      if (left.length > 0) throw new Error(`namespaces left behind: ${left.join(', ')}`);
    },
  };
}

function setUpEnd(namespace: Namespace, link: string, addresses: readonly string[]): void {
  for (const address of addresses) {
    const extra = address.includes(':') ? ['nodad'] : [];
    namespace.run('ip', 'address', 'add', address, 'dev', link, ...extra);
  }
  namespace.run('ip', 'link', 'set', link, 'up');
}

function endProcessesOf(name: string): void {
  for (const pid of processesIn(name)) spawnSync('kill', ['-KILL', pid]);
}

/** Pids of what runs inside a namespace, for leak checks. */
export function processesIn(name: string): string[] {
  const found = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
  return found.stdout.split('\n').filter((pid) => pid !== '');
}

function namespaceOf(name: string): Namespace {
  const inside = (...argv: readonly string[]): readonly [string, ...string[]] => ['ip', 'netns', 'exec', name, ...argv];
  return { name, inside, run: (...argv) => runSync(...inside(...argv)), host: () => new NamespaceHost(name, inside) };
}

/** The system's host, every argv prefixed. */
class NamespaceHost implements Host {
  readonly #name: string;
  readonly #inside: Namespace['inside'];
  readonly #system = createSystemHost();
  constructor(name: string, inside: Namespace['inside']) {
    this.#name = name;
    this.#inside = inside;
  }
  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
    return this.#system.run(this.#inside(...argv), options);
  }
  /** A socket belongs to the namespace in which its thread was when it made it. */
  openNetfilter(): NetfilterSocket {
    return insideNamespace(this.#name, () => this.#system.openNetfilter());
  }
  readFile(path: string): Promise<string | undefined> {
    return this.#system.readFile(path);
  }
  post(...request: Parameters<Host['post']>): Promise<number> {
    return this.#system.post(...request);
  }
  changeFile(...change: Parameters<Host['changeFile']>): Promise<void> {
    return this.#system.changeFile(...change);
  }
  after(ms: number, callback: () => void): { cancel(): void } {
    return this.#system.after(ms, callback);
  }
}

const setNamespace: (fd: number, kind: number) => number = koffi.load(null).func('int setns(int fd, int kind)');

function insideNamespace<Value>(name: string, act: () => Value): Value {
  const [ours, theirs] = [openSync('/proc/thread-self/ns/net', 'r'), openSync(`/run/netns/${name}`, 'r')];
  try {
    enter(theirs);
    try {
      return act();
    } finally {
      enter(ours);
    }
  } finally {
    closeSync(ours);
    closeSync(theirs);
  }
}

function enter(namespaceFd: number): void {
  if (setNamespace(namespaceFd, 0) !== 0) throw new Error(`setns: errno ${koffi.errno()}`);
}
