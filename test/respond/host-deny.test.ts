import { describe, expect, it } from 'vitest';
import { parseAddress, type Source } from '../../src/respond/address.ts';
import { listDenied, withDenied } from '../../src/respond/host-deny/deny-lines.ts';
import { createHostDeny } from '../../src/respond/host-deny/host-deny.ts';
import { ModelHost } from './model-nft.ts';

const path = '/etc/hosts.deny';
const source = (text: string): Source => {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};
const application = (text: string) => ({ target: source(text), remainingSeconds: 60 });

describe('lines of hosts.deny', () => {
  it.each([
    ['nothing', ''],
    ['comments and rules of others', '# orig\nALL: .evil.example\nsshd: 198.51.100.7\n'],
    ['a last line without its end', '# no newline at end'],
    ['the same line of somebody else', 'ALL:198.51.100.7\n'],
    ['bytes that are no text', 'caf\xe9 \0\n'],
    ['a begin without an end', '# begin riposte: these lines come and go with its responses\nALL:192.0.2.9\n'],
  ])('come and go, and what others wrote stays byte for byte: %s', (_, text) => {
    const added = withDenied(text, [source('198.51.100.7'), source('2001:db8::7')]);
    expect(added).toContain('\nALL:198.51.100.7\nALL:[2001:db8::7]\n');
    expect(added?.endsWith(text)).toBe(true);
    expect(listDenied(added ?? '')).toEqual(['198.51.100.7', '2001:db8::7']);
    expect(withDenied(added ?? '', [])).toBe(text);
  });

  it('make the file where there is none, which goes with the last of them, unless somebody else has written to it', () => {
    const made = withDenied(undefined, [source('198.51.100.7')]) ?? '';
    expect(listDenied(made)).toEqual(['198.51.100.7']);
    expect(withDenied(made, [])).toBeNull();
    expect(withDenied(`${made}ALL: 192.0.2.1\n`, [])).toBe('ALL: 192.0.2.1\n');
    expect(withDenied(undefined, [])).toBeUndefined();
  });

  it('of others between the marks are not taken for addresses', () => {
    const made = withDenied('', [source('198.51.100.7')]) ?? '';
    expect(
      listDenied(made.replace('ALL:198.51.100.7', 'ALL:198.51.100.7\nALL: x: spawn (rm -rf /)\nALL:010.1')),
    ).toEqual(['198.51.100.7']);
  });
});

describe('host-deny', () => {
  it('takes back its own line alone, and leaves the same one that stood there', async () => {
    const host = new ModelHost();
    host.files.set(path, 'ALL:198.51.100.7\n');
    const response = createHostDeny();
    const [outcome] = await response.apply([application('198.51.100.7')], host);
    if (outcome?.ok !== true) throw new Error();
    await response.revert([outcome.value], host);
    expect(host.files.get(path)).toBe('ALL:198.51.100.7\n');
  });

  it('says whether anything reads the file, and whether hosts.allow goes before', async () => {
    const host = new ModelHost();
    const verifyWith = async (response = createHostDeny()) => {
      await response.apply([application('198.51.100.7')], host);
      return (await response.verify([source('198.51.100.7')], host))[0];
    };
    expect(await verifyWith()).toEqual({ effect: 'written', reason: 'no program here is known to read hosts.deny' });
    host.files.set('/usr/sbin/sshd', '\0libwrap.so.0\0');
    expect(await verifyWith()).toEqual({ effect: 'effective', reason: 'read by sshd' });
    host.files.set('/etc/hosts.allow', '# nothing\n\n');
    expect(await verifyWith()).toMatchObject({ effect: 'effective' });
    host.files.set('/etc/hosts.allow', '# nothing\nsshd: ALL\n');
    expect(await verifyWith()).toMatchObject({ effect: 'written', reason: expect.stringContaining('hosts.allow') });
  });

  it('says why the file cannot be changed, of each', async () => {
    const host = new ModelHost();
    host.changeFile = () => Promise.reject(new Error('EROFS: read-only file system'));
    const outcomes = await createHostDeny().apply([application('198.51.100.7'), application('198.51.100.8')], host);
    expect(outcomes).toEqual(
      [0, 1].map(() => ({ ok: false, error: '/etc/hosts.deny cannot be changed: EROFS: read-only file system' })),
    );
  });

  it('refuses evidence that is no address', async () => {
    const outcomes = await createHostDeny().revert([{ source: 'ALL' }], new ModelHost());
    expect(outcomes).toEqual([{ ok: false, error: 'not an address: "ALL"' }]);
  });
});
