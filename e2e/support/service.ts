// A whole service as a process of its own, in a network namespace of its own: started, asked, attacked, killed, started again.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Execution } from '../../src/fleet/execution.ts';
import { askService } from '../../src/serve/control-client.ts';
import { type HistoryEntry, openStoreReadOnly } from '../../src/store/store.ts';
import { createLab, type Lab, type Namespace } from './namespaces.ts';

const program = resolve('bin/riposte');

/** One `<active-response>`, with the `<command>` that it names. */
export interface Response {
  /** Name of the command and of its executable. */
  readonly executable: string;
  readonly rules: string;
  readonly timeout: number;
}

export interface Service {
  /** Of the service itself, whatever it was started through. */
  readonly pid: number;
  /** Standard output and error so far. */
  output(): string;
  /** Sends the signal and resolves with the exit status, null where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Resolves when it has ended by itself. */
  readonly exited: Promise<number | null>;
}

export interface StartOptions {
  /** argv before the service's own, such as `strace …`. */
  readonly through?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** False: do not wait until it is ready. */
  readonly wait?: boolean;
}

/** A host with a service: its folder, its log, its firewall. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'riposte-machine-'));
  /** As the service sees it. */
  readonly home = join(this.folder, 'home');
  readonly log = join(this.folder, 'auth.log');
  readonly lab: Lab = createLab();
  readonly host: Namespace = this.lab.add('host');
  private readonly running = new Set<ChildProcess>();
  private mounts: ChildProcess | undefined;

  constructor() {
    mkdirSync(this.home);
    writeFileSync(this.log, '');
  }

  /** Ends and removes everything. */
  async remove(): Promise<void> {
    for (const child of [...this.running]) {
      child.kill('SIGKILL');
      await exitOf(child);
    }
    this.lab.remove();
    if (this.mounts !== undefined) await exitOf(this.mounts);
    rmSync(this.folder, { recursive: true, force: true });
  }

  configure(responses: readonly Response[], settings?: string): void {
    const commands = [...new Set(responses.map(({ executable }) => executable))].map(
      (name) =>
        `<command><name>${name}</name><executable>${name}</executable><timeout_allowed>yes</timeout_allowed></command>`,
    );
    const blocks = responses.map(
      ({ executable, rules, timeout }) =>
        `<active-response><command>${executable}</command><location>local</location><rules_id>${rules}</rules_id><timeout>${timeout}</timeout></active-response>`,
    );
    const source = `<localfile><log_format>syslog</log_format><location>${this.log}</location></localfile>`;
    const text = ['<ossec_config>', ...commands, ...blocks, source, '</ossec_config>'].join('\n');
    const folder = this.reach(join(this.home, 'etc'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ossec.conf'), text);
    if (settings !== undefined) writeFileSync(join(folder, 'riposte.yaml'), settings);
  }

  addScript(name: string, text: string): void {
    const folder = this.reach(join(this.home, 'active-response/bin'));
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, 0o750);
  }

  /** From here on the service sees mounts of its own, which nobody else does, and which end with the machine. */
  async useOwnMounts(): Promise<void> {
    const [command, ...rest] = this.host.inside('sh', '-c', 'echo ready; exec sleep 1000000');
    this.mounts = spawn(command, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((go) => this.mounts?.stdout?.once('data', go));
  }

  /** argv that runs a program where the service runs. */
  inside(...argv: readonly string[]): readonly [string, ...string[]] {
    if (this.mounts === undefined) return this.host.inside(...argv);
    return ['nsenter', '--target', String(this.mounts.pid), '--mount', '--net', '--', ...argv];
  }

  /** Runs a program where the service runs; throws where it fails. */
  run(...argv: readonly string[]): string {
    const [command, ...rest] = this.inside(...argv);
    const { status, stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
    return stdout;
  }

  /** The path by which a file of the service is reached from here. */
  reach(path: string): string {
    return this.mounts === undefined ? path : `/proc/${this.mounts.pid}/root${path}`;
  }

  /** Lines of a file in the home; none where there is no such file. */
  lines(name: string): readonly string[] {
    try {
      const text = readFileSync(this.reach(join(this.home, name)), 'utf8');
      return text.split('\n').filter((line) => line !== '');
    } catch {
      return [];
    }
  }

  /** What scripts have noted that they were told. */
  calls(): readonly string[] {
    return this.lines('calls');
  }

  async start({ through = [], environment = {}, wait = true }: StartOptions = {}): Promise<Service> {
    const [command, ...rest] = this.inside(...through, process.execPath, program, 'start', '--home', this.home);
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    this.running.add(child);
    const exited = exitOf(child).finally(() => this.running.delete(child));
    if (wait) {
      await until('ready', () => /^ready$/m.test(output) || child.exitCode !== null || child.signalCode !== null);
      if (!/^ready$/m.test(output)) throw new Error(`the service did not start:\n${output}`);
    }
    const direct = through.length === 0;
    const pid = direct || !wait ? Number(child.pid) : (await this.status()).pid;
    return {
      pid,
      output: () => output,
      exited,
      end: async (signal) => {
        process.kill(pid, signal);
        return await exited;
      },
    };
  }

  /** Asks the running service over its socket. */
  async ask<Answer>(command: string, parameters: Record<string, unknown> = {}): Promise<Answer> {
    return (await askService(this.reach(join(this.home, 'var/run/riposte.sock')), command, parameters)) as Answer;
  }

  list(): Promise<readonly Execution[]> {
    return this.ask('list');
  }

  status(): Promise<ServiceStatus> {
    return this.ask('status');
  }

  /** Of targets, sorted. */
  async inForce(): Promise<readonly string[]> {
    return (await this.list()).map(({ target }) => target ?? '').sort();
  }

  /** A command of the command line, as a person runs it. */
  command(...words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    const [command, ...rest] = this.inside(process.execPath, program, ...words, '--home', this.home);
    return spawnSync(command, rest, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  }

  /** As `riposte history` reads it, newest first; complete while the service runs too. */
  async history(limit = 50): Promise<readonly HistoryEntry[]> {
    if (this.mounts !== undefined) {
      // The driver does not open a file by the path that leads into another mount namespace.
      return JSON.parse(this.command('history', '--json', '--limit', String(limit)).stdout) as HistoryEntry[];
    }
    await this.ask('store').catch(() => undefined);
    const store = openStoreReadOnly(this.reach(join(this.home, 'var/riposte/manager.db')));
    try {
      return store?.history({ limit }) ?? [];
    } finally {
      store?.close();
    }
  }

  /** Addresses that the kernel drops, sorted. */
  inKernel(): readonly string[] {
    return [...this.kernelTimes().keys()].sort();
  }

  /** Address to the seconds that the kernel will still drop it; Infinity where nothing lifts it. */
  kernelTimes(): ReadonlyMap<string, number> {
    const listing = JSON.parse(this.run('nft', '-j', 'list', 'ruleset')) as {
      nftables: readonly { readonly set?: { readonly elem?: readonly unknown[] } }[];
    };
    const times = new Map<string, number>();
    for (const element of listing.nftables.flatMap(({ set }) => set?.elem ?? [])) {
      if (typeof element === 'string') times.set(element, Number.POSITIVE_INFINITY);
      else {
        const { elem } = element as { elem: { val: string; expires?: number } };
        times.set(elem.val, elem.expires ?? Number.POSITIVE_INFINITY);
      }
    }
    return times;
  }

  addLines(...lines: readonly string[]): void {
    appendFileSync(this.log, lines.map((line) => `${line}\n`).join(''));
  }

  /** Failed logins with a wrong password: eight of one address within two minutes are rule 5763. */
  failPassword(address: string, times: number, atMs = Date.now()): void {
    const line = `${stamp(atMs)} host sshd[100]: Failed password for root from ${address} port 22000 ssh2`;
    this.addLines(...Array<string>(times).fill(line));
  }

  /** A login as nobody: rule 5710 at once. */
  tryNobody(...addresses: readonly string[]): void {
    this.addLines(...addresses.map((address) => nobodyLine(address)));
  }
}

export interface ServiceStatus {
  readonly pid: number;
  readonly counts: { readonly messages: number; readonly alerts: number; readonly decisions: number };
  readonly inForce: number;
  readonly troubles: readonly string[];
}

export function nobodyLine(address: string, atMs = Date.now()): string {
  return `${stamp(atMs)} host sshd[100]: Invalid user nobody from ${address} port 22000`;
}

/** The header of a syslog line, local time. */
export function stamp(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${at.toLocaleString('en-US', { month: 'short' })} ${String(at.getDate()).padStart(2)} ${time}`;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((go) => child.once('exit', (status) => go(status)));
}

/** Looks again and again until it holds. A busy machine may take its time; an error of the look is a no. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const end = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      if (await holds()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what} did not happen within ${withinMs / 1000} s`, { cause: last });
    await new Promise((go) => setTimeout(go, 50));
  }
}

/**
 * A stateful script in sh. Notes in HOME/calls what it was told: `add ADDRESS`, `continue …`, `abort …`, `delete …`, and `nothing` where its input
 * ended before that.
 */
export function recordingScript(
  parts: { readonly added?: string; readonly continued?: string; readonly deleted?: string } = {},
): string {
  return `#!/bin/sh
read -r message || { echo nothing >>calls; exit 1; }
address=\${message##*'"srcip":"'}
address=\${address%%'"'*}
case $message in
*'"command":"delete"'*)
  echo "delete $address" >>calls
  ${parts.deleted ?? ''}
  exit 0 ;;
esac
echo "add $address" >>calls
${parts.added ?? ''}
echo '{"version":1,"origin":{"name":"record","module":"active-response"},"command":"check_keys","parameters":{"keys":["'$address'"]}}'
read -r answer || { echo nothing >>calls; exit 1; }
case $answer in
*'"command":"continue"'*)
  echo "continue $address" >>calls
  ${parts.continued ?? ''} ;;
*) echo "abort $address" >>calls ;;
esac
exit 0
`;
}
