// A service of its own home as a process, spoken to by the command line as a user would.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const program = resolve('bin/riposte');

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: () => string;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: number;
}

export interface TestHome {
  readonly folder: string;
  readonly path: (name: string) => string;
  write(name: string, text: string, mode?: number): void;
  ask(...words: string[]): Answer;
  /** Resolves when it is ready, or has ended. `stdin`: a descriptor; else what is written to the child's own. */
  start(words: readonly string[], options?: StartOptions): Promise<Running>;
  /** Ends what still runs, and takes the folder away. */
  remove(): Promise<void>;
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`${what} did not happen within 30 s`);
    await new Promise((go) => setTimeout(go, 50));
  }
}

/** `inside` makes argv run in a namespace; as it is where that is not needed. */
export function createTestHome(
  inside: (...argv: string[]) => readonly [string, ...string[]] = (first = '', ...rest) => [first, ...rest],
): TestHome {
  const folder = mkdtempSync(join(tmpdir(), 'riposte-service-'));
  const home = join(folder, 'home');
  const running = new Set<Running>();
  const path = (name: string): string => join(home, name);
  const argvOf = (words: readonly string[]) => inside(process.execPath, program, ...words, '--home', home);
  const clean = { PATH: process.env.PATH ?? '' };

  function ask(...words: string[]): Answer {
    const [command, ...rest] = argvOf(words);
    const { status, stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8', env: clean });
    return { status, stdout, stderr };
  }

  return {
    folder,
    path,
    ask,
    write(name, text, mode = 0o640) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text, { mode });
    },
    async start(words, { environment = {}, stdin } = {}) {
      const [command, ...rest] = argvOf(['start', ...words]);
      const child: ChildProcess = spawn(command, rest, {
        stdio: [stdin ?? 'pipe', 'pipe', 'pipe'],
        env: { ...clean, ...environment },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      const ended = new Promise<number | null>((go) => child.once('exit', (status) => go(status)));
      const service: Running = {
        child,
        output: () => output,
        end: async (signal) => {
          child.kill(signal);
          running.delete(service);
          return await ended;
        },
      };
      running.add(service);
      await until(`ready: ${output}`, () => output.includes('ready\n') || child.exitCode !== null);
      return service;
    },
    async remove() {
      for (const service of [...running]) await service.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
