// disable-account on Linux: nobody can log in to an account, by its password, by its SSH keys or otherwise. // spec active-response §6
import { type Account, accountOfAlert, accountOfKeys, parseAccount } from '../account.ts';
import type { Availability, BuiltInResponse, Host, Outcome, RunResult, Verification } from '../contract.ts';
import { dateOf, markOf, parseShadow, readMark, type ShadowEntry, type StateBefore } from './shadow.ts';

export interface LockEvidence extends StateBefore {
  readonly account: string;
}

export interface DisableAccountOptions {
  readonly shadowFile?: string;
}

type Entries = ReadonlyMap<string, ShadowEntry>;

const timeoutMs = 30_000;
/** Others change accounts too, one at a time. */
const attempts = 5;
const retryMs = 300;

/** Locking the password leaves SSH keys working: the account also expires. */
export function createDisableAccount(options: DisableAccountOptions = {}): BuiltInResponse<Account, LockEvidence> {
  const { shadowFile = '/etc/shadow' } = options;
  /** What was before, of accounts that this process has locked: the mark does not remember a day of expiry. */
  const known = new Map<string, LockEvidence>();

  async function read(host: Host): Promise<Entries | string> {
    try {
      const text = await host.readFile(shadowFile);
      return text === undefined ? `there is no ${shadowFile}` : parseShadow(text);
    } catch (error) {
      return `${shadowFile} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async function lock({ account }: Account, host: Host): Promise<Outcome<LockEvidence>> {
    const entry = await entryOf(account, host);
    if (typeof entry === 'string') return { ok: false, error: entry };
    const marked = readMark(entry);
    if (marked !== undefined) return { ok: true, value: known.get(account) ?? { account, ...marked } };
    const before: LockEvidence = { account, wasLocked: entry.isLocked, expiryDay: entry.expiryDay ?? null };
    const failure = await runUsermod(host, ['--lock', '--expiredate', dateOf(markOf(before)), account]);
    if (failure !== undefined) return { ok: false, error: failure };
    known.set(account, before);
    return { ok: true, value: before };
  }

  async function unlock(evidence: LockEvidence, host: Host): Promise<Outcome<null>> {
    const account = parseAccount(evidence.account)?.account;
    if (account === undefined) return { ok: false, error: `no account: ${JSON.stringify(evidence.account)}` };
    const entries = await read(host);
    if (typeof entries === 'string') return { ok: false, error: entries };
    const entry = entries.get(account);
    // It is gone, or somebody has decided otherwise: what he said holds.
    if (entry === undefined || readMark(entry) === undefined) return forget(account);
    const { wasLocked, expiryDay } = known.get(account) ?? evidence;
    if (expiryDay === 'lost') {
      return {
        ok: false,
        error: `the day on which ${account} was to expire is not known any more: set it with chage -E`,
      };
    }
    const date = expiryDay === null ? '' : dateOf(expiryDay);
    const failure = await runUsermod(host, [...(wasLocked ? [] : ['--unlock']), '--expiredate', date, account]);
    return failure === undefined ? forget(account) : { ok: false, error: failure };
  }

  function forget(account: string): Outcome<null> {
    known.delete(account);
    return { ok: true, value: null };
  }

  async function entryOf(account: string, host: Host): Promise<ShadowEntry | string> {
    const entries = await read(host);
    return typeof entries === 'string'
      ? entries
      : (entries.get(account) ?? `there is no account ${account} on this host`);
  }

  return {
    name: 'disable-account',
    about: {
      does: 'Keeps everybody from logging in to an account, by its password, by its SSH keys or otherwise. Sessions that are open go on.',
      how: 'usermod locks the password, and has the account expire on a day of March 1970 that nobody else uses. What was locked before stays locked, and a day of expiry comes back; what somebody has changed meanwhile stays as he left it.',
      proof: '`effective`: the password is locked, and the account has expired.',
      needs:
        '`usermod` (package passwd); the account is in `/etc/shadow`. Never root, an account with user id 0, or one of `protected_accounts`.',
    },
    // Account Locking; Unlock Account.
    d3fend: { apply: 'D3-AL', revert: 'D3-ULA' },
    machineLifts: false,
    targetField: 'dstuser',
    parse: accountOfAlert,
    keys: ({ account }) => [account],
    fromKeys: accountOfKeys,
    async probe(host): Promise<Availability> {
      const [entries, usermod] = await Promise.all([read(host), host.run(['usermod', '--help'], { timeoutMs })]);
      if (usermod.error !== undefined) return { available: false, reason: 'usermod is not installed (package passwd)' };
      if (typeof entries === 'string') return { available: false, reason: entries };
      return { available: true, means: 'usermod', warnings: [] };
    },
    apply: (applications, host) => oneByOne(applications, ({ target }) => lock(target, host)),
    async verify(targets, host) {
      const entries = await read(host);
      return targets.map(({ account }) =>
        typeof entries === 'string' ? { effect: 'absent', reason: entries } : judge(entries.get(account)),
      );
    },
    revert: (evidence, host) => oneByOne(evidence, (each) => unlock(each, host)),
    async inventory(host) {
      const entries = await read(host);
      if (typeof entries === 'string') throw new Error(entries);
      return [...entries.values()].flatMap((entry) => {
        const { account } = entry;
        const before = readMark(entry);
        if (before === undefined || parseAccount(account) === undefined) return [];
        const evidence = known.get(account) ?? { account, ...before };
        return [{ target: { account }, evidence, remainingSeconds: null }];
      });
    },
    close: async () => known.clear(),
  };
}

function judge(entry: ShadowEntry | undefined): Verification {
  if (entry === undefined || readMark(entry) === undefined) return { effect: 'absent' };
  return { effect: 'effective', reason: 'no new login; sessions that are open go on' };
}

/** usermod locks the files of accounts: two at once would wait for each other. */
async function oneByOne<Item, Value>(
  items: readonly Item[],
  act: (item: Item) => Promise<Outcome<Value>>,
): Promise<readonly Outcome<Value>[]> {
  const outcomes: Outcome<Value>[] = [];
  for (const item of items) outcomes.push(await act(item));
  return outcomes;
}

/** undefined: it is done. */
async function runUsermod(host: Host, args: readonly string[]): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await host.run(['usermod', ...args], { timeoutMs });
    if (result.status === 0) return undefined;
    const isBusy = /cannot lock/.test(result.stderr);
    if (!isBusy || attempt === attempts) return describeFailure(result);
    await new Promise<void>((go) => host.after(retryMs, go));
  }
}

function describeFailure({ status, signal, stderr, error, timedOut }: RunResult): string {
  if (error === 'ENOENT') return 'usermod is not installed (package passwd)';
  if (error !== undefined) return `usermod cannot be started: ${error}`;
  if (timedOut) return 'usermod did not end in time';
  const [reason = ''] = stderr.trim().split('\n');
  const ending = signal === null ? `with status ${status}` : `by ${signal}`;
  return reason === '' ? `usermod ended ${ending}` : reason;
}
