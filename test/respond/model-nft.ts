// A host whose nft and whose netlink sockets work on a model kernel, with the errors of nft 1.0.6.
import type { Host, NetfilterSocket, RunResult } from '../../src/respond/contract.ts';
import { ModelError, ModelKernel } from './model-kernel.ts';
import { carryOut } from './model-netlink.ts';

type Argv = readonly [string, ...string[]];

export class ModelHost implements Host {
  readonly kernel = new ModelKernel();
  readonly runs: string[] = [];
  readonly files = new Map([
    ['/proc/sys/kernel/osrelease', '6.1.0-test\n'],
    ['/etc/shadow', 'root:*:20000:0:99999:7:::\nalice:$y$a:20000:0:99999:7:::\nbob:$y$b:20000:0:99999:7:::\n'],
  ]);
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
    if (argv[0] === 'grep') return this.#grep(argv.at(-1) ?? '', argv.at(-2) ?? '');
    if (argv[0] === 'usermod') return this.#usermod(argv.slice(1));
    if (argv[0] === 'ip') return this.#ip(argv.slice(1), options.stdin ?? '');
    if (argv[0] !== 'nft' || !this.installed) return { ...result(null, ''), error: 'ENOENT' };
    if (!this.permitted) return result(1, '', 'Operation not permitted (you must be root)');
    try {
      return result(0, this.#nft(argv.slice(1), options.stdin ?? ''));
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return result(1, '', `/dev/stdin:1:1-2: Error: ${error.message}\nadd it\n^^^\n`);
    }
  }

  withoutFolder = false;

  #grep(folder: string, word: string): RunResult {
    if (this.withoutFolder) return result(2, '', `grep: ${folder}: No such file or directory\n`);
    const found = [...this.files].filter(
      ([path, text]) => path.startsWith(`${folder}/`) && text.split('\n').includes(word),
    );
    return result(found.length > 0 ? 0 : 1, found.map(([path]) => `${path}\n`).join(''));
  }

  /** How often usermod still finds the files of accounts locked by another. */
  busy = 0;

  #usermod(args: readonly string[]): RunResult {
    if (!this.installed) return { ...result(null, ''), error: 'ENOENT' };
    if (args[0] === '--help') return result(0, 'Usage: usermod');
    if (this.busy > 0) {
      this.busy -= 1;
      return result(1, '', 'usermod: cannot lock /etc/passwd; try again later.\n');
    }
    const account = args.at(-1) ?? '';
    const date = args[args.indexOf('--expiredate') + 1] ?? '';
    const day = date === '' ? '' : String(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
    const lines = (this.files.get('/etc/shadow') ?? '').split('\n').map((line) => {
      const fields = line.split(':');
      if (fields[0] !== account) return line;
      if (args.includes('--lock') && !fields[1]?.startsWith('!')) fields[1] = `!${fields[1]}`;
      if (args.includes('--unlock')) fields[1] = (fields[1] ?? '').replace(/^!/, '');
      fields[7] = day;
      return fields.join(':');
    });
    this.files.set('/etc/shadow', lines.join('\n'));
    return result(0, '');
  }

  /** Routes that are unreachable, by address. */
  readonly routes = new Set<string>();
  withoutIp = false;

  #ip(args: readonly string[], stdin: string): RunResult {
    if (this.withoutIp) return { ...result(null, ''), error: 'ENOENT' };
    const words = args.join(' ');
    if (words.includes('link show')) return result(0, this.links);
    const family = words.includes('-6') ? 6 : 4;
    const ours = (address: string): boolean => address.includes(':') === (family === 6);
    if (words.includes('route show')) {
      return result(0, JSON.stringify([...this.routes].filter(ours).map((dst) => ({ type: 'unreachable', dst }))));
    }
    const [, asked] = /route get (\S+)$/.exec(words) ?? [];
    if (asked !== undefined) {
      return this.routes.has(asked)
        ? result(2, '', 'RTNETLINK answers: No route to host')
        : result(0, `${asked} via 192.0.2.1`);
    }
    let failure = '';
    for (const line of stdin.trim().split('\n')) {
      const [, verb, address = ''] = /^route (add|del) unreachable (\S+) proto 82$/.exec(line) ?? [];
      if (verb === undefined) throw new Error(`the model knows no: ip ${line}`);
      if (verb === 'add' && this.routes.has(address)) failure = 'RTNETLINK answers: File exists';
      if (verb === 'add') this.routes.add(address);
      else if (!this.routes.delete(address)) failure = 'RTNETLINK answers: No such process';
    }
    return failure === '' ? result(0, '') : result(1, '', failure);
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

  readonly posted: { readonly url: string; readonly json: string }[] = [];
  /** What a web server answers; undefined: none is there. */
  answer: number | undefined = 200;

  async post(url: URL, json: string): Promise<number> {
    this.posted.push({ url: url.href, json });
    if (this.answer === undefined) throw new Error('fetch failed');
    return this.answer;
  }

  async changeFile(path: string, _mode: number, change: Parameters<Host['changeFile']>[2]): Promise<void> {
    const next = change(this.files.get(path));
    if (next === null) this.files.delete(path);
    else if (next !== undefined) this.files.set(path, next);
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
