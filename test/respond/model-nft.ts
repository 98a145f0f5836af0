// A host whose nft and whose netlink sockets work on a model kernel, with the errors of nft 1.0.6.
import type { Host, NetfilterSocket, RunResult } from '../../src/respond/contract.ts';
import { ModelError, ModelKernel } from './model-kernel.ts';
import { carryOut } from './model-netlink.ts';

type Argv = readonly [string, ...string[]];

export class ModelHost implements Host {
  readonly kernel = new ModelKernel();
  readonly runs: string[] = [];
  readonly files = new Map([['/proc/sys/kernel/osrelease', '6.1.0-test\n']]);
  links = '[]';
  flowtables: unknown[] = [];
  installed = true;
  permitted = true;
  withoutNetlink = false;
  brokenNetlink = false;
  openSockets = 0;
  /** Messages that were sent over sockets, one by one. */
  exchanges = 0;
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

  openNetfilter(): NetfilterSocket {
    if (this.withoutNetlink) throw new Error('socket: EPROTONOSUPPORT');
    this.openSockets += 1;
    return {
      exchange: (messages) => {
        this.exchanges += 1;
        if (this.brokenNetlink) throw new Error('receive from nf_tables: ENOBUFS');
        return carryOut(this.kernel, messages);
      },
      close: () => {
        this.openSockets -= 1;
      },
    };
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
}

function result(status: number | null, stdout: string, stderr = ''): RunResult {
  return { status, signal: null, stdout, stderr, timedOut: false, error: undefined };
}
