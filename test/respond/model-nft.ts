// A host whose nft works on a model kernel: errors, silence and the line reader as nft 1.0.6 has them.
import type { HelperProcess, Host, RunResult } from '../../src/respond/contract.ts';
import { ModelError, ModelKernel } from './model-kernel.ts';

type Argv = readonly [string, ...string[]];

export class ModelHost implements Host {
  readonly kernel = new ModelKernel();
  readonly runs: string[] = [];
  readonly helpers: ModelHelper[] = [];
  readonly files = new Map([['/proc/sys/kernel/osrelease', '6.1.0-test\n']]);
  links = '[]';
  flowtables: unknown[] = [];
  installed = true;
  permitted = true;
  /** nft takes lines and answers nothing. */
  mute = false;
  readonly #timers = new Set<() => void>();

  async run(argv: Argv, options: { readonly stdin?: string }): Promise<RunResult> {
    this.runs.push(argv.join(' '));
    if (argv[0] === 'ip') return result(0, this.links);
    if (argv[0] !== 'nft' || !this.installed) return { ...result(null, ''), error: 'ENOENT' };
    if (!this.permitted) return result(1, '', 'Operation not permitted (you must be root)');
    try {
      return result(0, this.#nft(argv.slice(1), options.stdin ?? ''));
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return result(1, '', `/dev/stdin:1:1-2: Error: ${error.message}\nadd it\n^^^\n`);
    }
  }

  #nft(args: readonly string[], stdin: string): string {
    const words = args.join(' ');
    if (words === '-f -' || words === '-c -f -') {
      this.kernel.commit(stdin, words.startsWith('-c'));
      return '';
    }
    if (words === '-j list flowtables') return JSON.stringify({ nftables: this.flowtables });
    if (words === '-j list tables inet') {
      const tables = [...this.kernel.tables.keys()].map((name) => ({ table: { family: 'inet', name, handle: 1 } }));
      return JSON.stringify({ nftables: tables });
    }
    const [, table] = /^-j list table inet (\S+)$/.exec(words) ?? [];
    if (table === undefined) throw new Error(`the model knows no: nft ${words}`);
    return JSON.stringify(this.kernel.listTable(table));
  }

  startHelper(argv: Argv): HelperProcess {
    if (argv.join(' ') !== 'env HOME=/dev/null nft -i') throw new Error(`the model knows no helper: ${argv.join(' ')}`);
    const helper = new ModelHelper(this);
    this.helpers.push(helper);
    return helper;
  }

  async readFile(path: string): Promise<string | undefined> {
    return this.files.get(path);
  }

  after(_ms: number, callback: () => void): { cancel(): void } {
    this.#timers.add(callback);
    return { cancel: () => this.#timers.delete(callback) };
  }

  /** Lets every timer that is set run out. */
  fireTimers(): void {
    for (const callback of [...this.#timers]) {
      this.#timers.delete(callback);
      callback();
    }
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  get livingHelpers(): ModelHelper[] {
    return this.helpers.filter((helper) => !helper.ended);
  }
}

export class ModelHelper implements HelperProcess {
  readonly pid = 4711;
  readonly lines: string[] = [];
  ended = false;
  readonly #host: ModelHost;
  #stderr: (chunk: string) => void = () => undefined;
  #exit: (reason: string) => void = () => undefined;

  constructor(host: ModelHost) {
    this.#host = host;
  }

  write(text: string): void {
    queueMicrotask(() => {
      for (const line of text.split('\n').filter((each) => each !== '')) this.#take(line);
    });
  }

  #take(line: string): void {
    if (this.ended || this.#host.mute) return;
    this.lines.push(line);
    if (/^riposte-fence-\d+$/.test(line)) {
      this.#stderr(`Error: syntax error, unexpected newline, expecting string\n${line}\n`);
      this.#stderr('            ^\n');
      return;
    }
    try {
      this.#host.kernel.commit(line);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      this.#stderr(`Error: ${error.message}\n${line}\n^^^^\n`);
    }
  }

  onStdout(): void {}

  onStderr(listener: (chunk: string) => void): void {
    this.#stderr = listener;
  }

  onExit(listener: (reason: string) => void): void {
    this.#exit = listener;
  }

  kill(): void {
    this.ended = true;
  }

  /** As if somebody else had killed it. */
  die(): void {
    this.ended = true;
    this.#exit('nft ended with SIGKILL');
  }
}

function result(status: number | null, stdout: string, stderr = ''): RunResult {
  return { status, signal: null, stdout, stderr, timedOut: false, error: undefined };
}
