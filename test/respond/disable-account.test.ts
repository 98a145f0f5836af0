import { beforeEach, describe, expect, it } from 'vitest';
import { accountOfAlert, parseAccount } from '../../src/respond/account.ts';
import { createDisableAccount, type LockEvidence } from '../../src/respond/disable-account/disable-account.ts';
import { alertWith } from './alerts.ts';
import { ModelHost } from './model-nft.ts';

let host: ModelHost;
beforeEach(() => {
  host = new ModelHost();
});

const shadow = (line: string): void => void host.files.set('/etc/shadow', `${line}\n`);
const line = (): string => (host.files.get('/etc/shadow') ?? '').trim();

async function lock(account: string, response = createDisableAccount()): Promise<LockEvidence> {
  const [outcome] = await response.apply([{ target: { account }, remainingSeconds: 60 }], host);
  if (outcome?.ok !== true) throw new Error(outcome?.error);
  return outcome.value;
}

describe('names of accounts', () => {
  it.each(['alice', 'web-01', 'a.b_c', 'host$', 'DOMAIN+bob', 'x'.repeat(256)])('%s', (name) => {
    expect(parseAccount(name)).toEqual({ account: name });
  });

  it.each([
    'root',
    '',
    '-d',
    '+x',
    '~x',
    'a b',
    'a:b',
    'a,b',
    'a/b',
    'a\\b',
    '../x',
    'a\nb',
    'jös',
    'x'.repeat(257),
    7,
    null,
  ])('are not: %j', (name) => {
    expect(parseAccount(name)).toBeUndefined();
  });

  it('come from dstuser alone', () => {
    expect(() => accountOfAlert(alertWith({ srcuser: 'alice' }))).toThrow("Cannot read 'dstuser'");
  });
});

describe('disable-account', () => {
  it('locks the password, which keys would pass by, and lets the account expire; then all is as it was', async () => {
    const before = line();
    const response = createDisableAccount();
    const evidence = await lock('alice', response);
    expect(line()).toContain('\nalice:!$y$a:20000:0:99999:7::82:\n');
    expect(evidence).toEqual({ account: 'alice', wasLocked: false, expiryDay: null });
    await response.revert([evidence], host);
    expect(line()).toBe(before);
  });

  it.each([
    ['locked before', 'eve:!$y$e:20000:0:99999:7:::', { wasLocked: true, expiryDay: null }, 83],
    ['without a password', 'eve:!:20000:0:99999:7:::', { wasLocked: true, expiryDay: null }, 83],
    ['with keys alone', 'eve:*:20000:0:99999:7:::', { wasLocked: false, expiryDay: null }, 82],
    ['with a day of expiry', 'eve:$y$e:20000:0:99999:7::21000:', { wasLocked: false, expiryDay: 21000 }, 84],
    ['locked, with one', 'eve:!$y$e:20000:0:99999:7::21000:', { wasLocked: true, expiryDay: 21000 }, 85],
  ])('does not take back what was already so: %s', async (_, text, before, mark) => {
    shadow(text);
    const evidence = await lock('eve');
    expect(evidence).toEqual({ account: 'eve', ...before });
    expect(line()).toContain(`:${mark}:`);
    // A process that knows no more than the journal.
    expect(await createDisableAccount().revert([JSON.parse(JSON.stringify(evidence))], host)).toEqual([
      { ok: true, value: null },
    ]);
    expect(line()).toBe(text);
  });

  it('leaves alone what somebody has decided otherwise meanwhile', async () => {
    const evidence = await lock('alice');
    const changed = 'alice:$y$new:20001:0:99999:7:::';
    shadow(changed);
    expect(await createDisableAccount().revert([evidence], host)).toEqual([{ ok: true, value: null }]);
    expect(line()).toBe(changed);
  });

  it('knows without a journal what was before, but for a day of expiry, of which it says so', async () => {
    shadow('eve:$y$e:20000:0:99999:7:::');
    await lock('eve');
    const response = createDisableAccount();
    const [found] = await response.inventory(host);
    expect(found?.evidence).toEqual({ account: 'eve', wasLocked: false, expiryDay: null });
    shadow('eve:$y$e:20000:0:99999:7::21000:');
    const first = createDisableAccount();
    await lock('eve', first);
    expect((await first.inventory(host))[0]?.evidence).toMatchObject({ expiryDay: 21000 });
    const [lost] = await response.inventory(host);
    expect(await response.revert(lost === undefined ? [] : [lost.evidence], host)).toEqual([
      { ok: false, error: 'the day on which eve was to expire is not known any more: set it with chage -E' },
    ]);
  });

  it('keeps what was before where it is asked twice', async () => {
    shadow('eve:$y$e:20000:0:99999:7::21000:');
    const response = createDisableAccount();
    const first = await lock('eve', response);
    expect(await lock('eve', response)).toEqual(first);
  });

  it('waits where another changes accounts, and says so where that does not end', async () => {
    host.busy = 2;
    const locking = lock('alice');
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise((go) => setImmediate(go));
      host.fireTimers();
    }
    expect((await locking).account).toBe('alice');
    host.busy = 99;
    const failing = lock('bob');
    failing.catch(() => undefined);
    for (let turn = 0; turn < 40; turn += 1) {
      await new Promise((go) => setImmediate(go));
      host.fireTimers();
    }
    await expect(failing).rejects.toThrow('cannot lock /etc/passwd');
  });

  it('says why it cannot: no account, no usermod, no shadow', async () => {
    await expect(lock('nobody-here')).rejects.toThrow('there is no account nobody-here on this host');
    host.installed = false;
    expect(await createDisableAccount().probe(host)).toEqual({
      available: false,
      reason: 'usermod is not installed (package passwd)',
    });
    await expect(lock('alice')).rejects.toThrow('usermod is not installed');
    host.installed = true;
    host.files.delete('/etc/shadow');
    expect(await createDisableAccount().probe(host)).toEqual({ available: false, reason: 'there is no /etc/shadow' });
  });
});
