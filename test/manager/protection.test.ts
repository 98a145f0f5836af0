import { describe, expect, it } from 'vitest';
import { createProtection } from '../../src/manager/protection.ts';
import { builtIns } from '../../src/respond/registry.ts';
import { makeNetwork, makeTable } from '../decide/samples.ts';
import { alertWith } from '../respond/alerts.ts';

function setUp(settings = { neverBlock: ['192.0.2.7'], protectedAccounts: ['deploy'] }) {
  const host = { addresses: [{ address: '198.51.100.1', reason: 'it is a gateway of this host' }] };
  const protection = createProtection({
    table: makeTable([], { allowList: [makeNetwork('203.0.113.0/24')] }),
    settings,
    builtIns: builtIns(),
    readAddresses: () => host.addresses,
    readAccounts: () => [
      { name: 'root', reason: 'it has user id 0' },
      { name: 'toor', reason: 'it has user id 0' },
    ],
    hasScript: () => false,
  });
  return { protection, host };
}

const command = (executable: string, data: Record<string, string>) => ({ executable, alert: alertWith(data) });

describe('the endpoint refuses', () => {
  it('an address of the allow list, of the host, of the settings, and loopback', () => {
    const { protection } = setUp();
    const refuse = (address: string) => protection.refuse([address], command('firewall-drop', { srcip: address }));
    expect(refuse('203.0.113.9')).toMatch(/^allow_list: 203\.0\.113\.9 is on the allow list/);
    expect(refuse('198.51.100.1')).toBe('never_block: 198.51.100.1 must stay reachable: it is a gateway of this host');
    expect(refuse('192.0.2.7')).toContain('the setting never_block names it');
    expect(refuse('::1')).toContain('it is loopback');
    expect(refuse('192.0.2.8')).toBeUndefined();
  });

  it.each(['disable-account', 'disable-account.sh', 'disable-account.py'])(
    'to lock a protected account by %s, whether the alert or the script names it',
    (executable) => {
      const { protection } = setUp();
      expect(protection.refuse([], command(executable, { dstuser: 'root' }))).toBe(
        'protected_account: root must stay usable: it has user id 0',
      );
      expect(protection.refuse(['192.0.2.8'], command(executable, { srcip: '192.0.2.8', dstuser: 'toor' }))).toContain(
        'toor',
      );
      expect(protection.refuse(['deploy'], command(executable, { dstuser: 'mallory' }))).toContain(
        'the setting protected_accounts names it',
      );
      expect(protection.refuse(['mallory'], command(executable, { dstuser: 'mallory' }))).toBeUndefined();
    },
  );

  it('no account for a script of another name: what that does to it is not known', () => {
    const { protection } = setUp();
    for (const executable of ['notify-user', 'disable-account-later', 'disable-account.sh.bak'])
      expect(protection.refuse(['root'], command(executable, { dstuser: 'root' }))).toBeUndefined();
  });
});

describe('after a reload', () => {
  it('the new allow list and the new settings hold', () => {
    const { protection } = setUp();
    protection.use(makeTable([]), { neverBlock: ['192.0.2.8'], protectedAccounts: [] });
    const refuse = (address: string) => protection.refuse([address], command('firewall-drop', {}));
    expect(refuse('203.0.113.9')).toBeUndefined();
    expect(refuse('192.0.2.7')).toBeUndefined();
    expect(refuse('192.0.2.8')).toBeDefined();
    expect(protection.neverBlock('192.0.2.8')).toBeDefined();
    expect(protection.refuse(['deploy'], command('disable-account', {}))).toBeUndefined();
    expect(protection.refuse(['root'], command('disable-account', {}))).toBeDefined();
  });

  it("the settings stay when the host's addresses are read again", () => {
    const { protection, host } = setUp();
    host.addresses = [{ address: '198.51.100.2', reason: 'it is a gateway of this host' }];
    protection.refresh();
    expect(protection.neverBlock('198.51.100.2')).toBeDefined();
    expect(protection.neverBlock('198.51.100.1')).toBeUndefined();
    expect(protection.neverBlock('192.0.2.7')).toBeDefined();
  });
});
