import { describe, expect, it } from 'vitest';
import { NftSession } from '../../src/respond/firewall-drop/nft-session.ts';
import { ModelHost } from './model-nft.ts';

describe('NftSession', () => {
  it('tells success from failure by what stands before the fence', async () => {
    const session = new NftSession(new ModelHost(), 1000);
    expect(await session.send('add table inet t')).toBeUndefined();
    expect(await session.send('delete table inet u')).toContain('No such file or directory');
    expect(await session.send('delete table inet t')).toBeUndefined();
    expect(await session.send('destroy table inet t')).toContain('syntax error');
    session.stop();
  });

  it('answers at once when the process ends while it waits, with what it said', async () => {
    const host = new ModelHost();
    const session = new NftSession(host, 1000);
    host.mute = true;
    const pending = session.send('add table inet t');
    host.helpers[0]?.die();
    expect(await pending).toBe('nft ended with SIGKILL');
    expect(host.pendingTimers).toBe(0);
  });

  it('takes a new process before the history of the old one fills the memory', async () => {
    const host = new ModelHost();
    const session = new NftSession(host, 1000);
    const line = `add table inet ${'t'.repeat(100_000)}`;
    for (let sent = 0; sent < 50; sent += 1) expect(await session.send(line)).toBeUndefined();
    expect(host.helpers).toHaveLength(2);
    expect(host.livingHelpers).toHaveLength(1);
    session.stop();
    expect(host.livingHelpers).toHaveLength(0);
  });
});
