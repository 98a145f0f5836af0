import { describe, expect, it } from 'vitest';
import { parseSource, type Source } from '../../src/respond/address.ts';
import { createFirewallDrop } from '../../src/respond/firewall-drop/firewall-drop.ts';
import type { WriterOptions } from '../../src/respond/firewall-drop/nft-writer.ts';
import { ModelHost } from './model-nft.ts';

function source(text: string): Source {
  const parsed = parseSource(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

const some = (count: number) => Array.from({ length: count }, (_, at) => source(`10.9.${at >> 8}.${at & 255}`));

const list = 'nft -j list table inet riposte';

function setUp(options: WriterOptions = {}) {
  const host = new ModelHost();
  const response = createFirewallDrop(options);
  const apply = (targets: readonly Source[], remainingSeconds: number | null = 60) =>
    response.apply(
      targets.map((target) => ({ target, remainingSeconds })),
      host,
    );
  const effects = async (targets: readonly Source[]) =>
    (await response.verify(targets, host)).map((each) => each.effect);
  return { host, response, apply, effects };
}

/** Warm: the table is there. */
async function setUpWarm(options: WriterOptions = {}) {
  const all = setUp(options);
  await all.apply([source('192.0.2.1')]);
  all.host.runs.length = 0;
  return all;
}

describe('firewall-drop on the fast way', () => {
  it('makes its table with the first block, not before', async () => {
    const { host, response, apply, effects } = setUp();
    await response.probe(host);
    expect(await effects([source('192.0.2.1')])).toEqual(['absent']);
    expect(await response.revert([{ source: '192.0.2.1' }], host)).toEqual([{ ok: true, value: null }]);
    expect(host.kernel.tables.size).toBe(0);
    await apply([source('192.0.2.1')]);
    expect(host.kernel.tables.size).toBe(1);
    await response.close();
  });

  it('makes its table when it is asked to be ready: the first block is then one message, and proven by one', async () => {
    const { host, response, apply, effects } = setUp();
    await response.prepare?.(host);
    expect(host.kernel.tables.size).toBe(1);
    host.runs.length = 0;
    await apply([source('192.0.2.1')]);
    expect(await effects([source('192.0.2.1')])).toEqual(['effective']);
    expect([host.runs, host.exchanges]).toEqual([[], 2]);
    await response.prepare?.(host);
    expect(host.runs).toEqual([]);
    await response.revert([{ source: '192.0.2.1' }], host);
    await response.close();
    expect([host.kernel.tables.size, host.pendingTimers]).toEqual([0, 0]);
  });

  it('leaves it to the first block to say why it cannot be ready', async () => {
    const { host, response, apply } = setUp();
    host.permitted = false;
    await response.prepare?.(host);
    expect(await apply([source('192.0.2.1')])).toMatchObject([{ ok: false, error: expect.stringContaining('root') }]);
    host.permitted = true;
    expect(await apply([source('192.0.2.1')])).toMatchObject([{ ok: true }]);
    await response.close();
  });

  it('adds one address by one message to the kernel and no run of nft', async () => {
    const { host, apply, effects, response } = await setUpWarm();
    expect(await apply([source('198.51.100.7')], 600)).toEqual([{ ok: true, value: { source: '198.51.100.7' } }]);
    expect([host.runs, host.exchanges]).toEqual([[], 1]);
    expect(host.kernel.elements('addresses4').get('198.51.100.7')).toBe(600_000);
    expect(await effects([source('198.51.100.7')])).toEqual(['effective']);
    await response.close();
    expect([host.pendingTimers, host.openSockets]).toEqual([0, 0]);
  });

  it('needs no run of nft for the first address where the table is there already', async () => {
    const earlier = setUp();
    await earlier.apply([source('192.0.2.1')]);
    const { host } = earlier;
    const response = createFirewallDrop();
    await response.inventory(host);
    host.runs.length = 0;
    expect(await response.apply([{ target: source('2001:db8::7'), remainingSeconds: 600 }], host)).toMatchObject([
      { ok: true },
    ]);
    expect(host.runs).toEqual([]);
    expect(host.kernel.elements('addresses6').get('2001:db8::7')).toBe(600_000);
    await response.close();
    await earlier.response.close();
  });

  it('adds and removes addresses of both families, extremes too, in one transaction', async () => {
    const { host, apply, response } = await setUpWarm();
    const before = host.kernel.transactions;
    const texts = ['0.0.0.1', '255.255.255.255', '::', '::1', '2001:db8:0:1::', 'ffff::ffff:0', 'fe80::1:2:3:4'];
    await Promise.all([
      apply(texts.map(source), 315_360_000),
      response.revert([{ source: '192.0.2.1' }, { source: '2001:db8::1' }], host),
    ]);
    expect(host.kernel.transactions - before).toBe(1);
    const present = [...host.kernel.elements('addresses4'), ...host.kernel.elements('addresses6')];
    expect(present).toEqual(texts.map((text) => [text, 315_360_000_000]));
    await response.close();
  });

  it('cuts what is too long for one message', async () => {
    const { host, apply, effects, response } = await setUpWarm();
    const many = some(2500);
    expect((await apply(many)).every(({ ok }) => ok)).toBe(true);
    expect([host.runs, host.exchanges]).toEqual([[], 3]);
    expect(new Set(await effects([source('192.0.2.1'), ...many]))).toEqual(new Set(['effective']));
    await response.close();
  });

  it('verifies without listing the table, at no cost to what is in force, and what is missing by listing', async () => {
    const { host, apply, effects, response } = await setUpWarm();
    const one = source('192.0.2.1');
    const many = some(40);
    expect(await effects([one])).toEqual(['effective']);
    expect(host.runs).toEqual([list]);
    await apply(many);
    host.runs.length = 0;
    expect(await effects([one])).toEqual(['effective']);
    expect(host.runs).toEqual([]);
    expect(await effects(many)).toEqual(many.map(() => 'effective'));
    expect(host.runs).toEqual([]);
    expect(host.kernel.elements('addresses4').get('192.0.2.1')).toBe(60_000);
    expect(host.kernel.elements('addresses4').size).toBe(41);
    expect(await effects([...many, source('192.0.2.2')])).toEqual([...many.map(() => 'effective'), 'absent']);
    expect(await effects([source('192.0.2.2')])).toEqual(['absent']);
    expect(host.runs).toEqual([list, list]);
    host.kernel.tables.clear();
    expect(await response.verify([one], host)).toEqual([{ effect: 'absent', reason: 'the table is not there' }]);
    await response.close();
    expect(host.pendingTimers).toBe(0);
  });

  it('looks again at the whole table a moment after the answer, where the last look is old', async () => {
    let lost = 0;
    const { host, apply, effects, response } = await setUpWarm({ onTableLost: () => (lost += 1) });
    const one = source('192.0.2.1');
    await effects([one]);
    const [chain] = host.kernel.tables.get('riposte')?.chains.values() ?? [];
    chain?.rules.unshift({ protocol: '', set: undefined, handle: 99 });
    host.runs.length = 0;
    host.fireTimers();
    expect([await effects([one]), await effects([one])]).toEqual([['effective'], ['effective']]);
    expect(host.runs).toEqual([]);
    host.fireTimers();
    expect(host.runs).toEqual([list]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lost).toBe(1);
    const fault = 'a rule of somebody else is in the chain drop-sources';
    expect(await response.inventory(host)).toMatchObject([{ target: one, fault }]);
    await apply([one]);
    expect(await response.inventory(host)).toMatchObject([{ target: one, fault: undefined }]);
    await response.close();
  });

  it('takes its table away with its end where nothing is in force any more', async () => {
    const { host, apply, response } = await setUpWarm();
    await apply(some(2));
    await response.revert([{ source: '192.0.2.1' }, { source: '10.9.0.0' }], host);
    await response.close();
    expect(host.kernel.elements('addresses4').size).toBe(1);
    await response.revert([{ source: '10.9.0.1' }], host);
    expect(host.kernel.tables.size).toBe(1);
    await response.close();
    expect(host.kernel.tables.size).toBe(0);
  });

  it('puts what comes in one turn into one transaction', async () => {
    const { host, apply, response } = await setUpWarm();
    const before = host.kernel.transactions;
    await Promise.all(some(40).map((each) => apply([each])));
    expect(host.kernel.transactions - before).toBe(1);
    expect(host.kernel.elements('addresses4').size).toBe(41);
    await response.close();
  });

  it('keeps the order of an add and a revert of the same address', async () => {
    const { host, apply, effects, response } = await setUpWarm();
    const one = source('198.51.100.7');
    await Promise.all([apply([one]), response.revert([{ source: one.text }], host), apply([one], 30)]);
    expect(await effects([one])).toEqual(['effective']);
    expect(host.kernel.elements('addresses4').get(one.text)).toBe(30_000);
    await Promise.all([apply([one]), response.revert([{ source: one.text }], host)]);
    expect(await effects([one])).toEqual(['absent']);
    await response.close();
  });
});

describe('timeouts of firewall-drop', () => {
  it.each([
    [0.2, 1],
    [0, 1],
    [59.5, 60],
    [86_400, 86_400],
    [90_001, 90_001],
    [315_360_000, 315_360_000],
    [9_999_999_999, 315_360_000],
    [null, 604_800],
  ])('%s s becomes %d s in the kernel', async (wanted, given) => {
    const { host, apply, response } = setUp();
    expect(await apply([source('198.51.100.7')], wanted)).toMatchObject([{ ok: true }]);
    expect(host.kernel.elements('addresses4').get('198.51.100.7')).toBe(given * 1000);
    await response.close();
  });

  it('lets the kernel lift, and tells of an element without timeout', async () => {
    const { host, apply, effects, response } = setUp();
    await apply([source('198.51.100.7')], 10);
    host.kernel.commit('add element inet riposte addresses4 { 203.0.113.9 }');
    host.kernel.nowMs = 4000;
    expect(await response.inventory(host)).toMatchObject([
      { evidence: { source: '198.51.100.7' }, remainingSeconds: 6 },
      { evidence: { source: '203.0.113.9' }, remainingSeconds: null },
    ]);
    host.kernel.nowMs = 10_000;
    expect(await effects([source('198.51.100.7')])).toEqual(['absent']);
    await apply([source('203.0.113.9')], 10);
    expect(await response.inventory(host)).toMatchObject([{ remainingSeconds: 10 }]);
    await response.close();
  });
});

describe('firewall-drop when things go wrong', () => {
  it('makes the table anew after a foreign flush and tells of it', async () => {
    let lost = 0;
    const { host, apply, effects, response } = await setUpWarm({ onTableLost: () => (lost += 1) });
    host.kernel.tables.clear();
    expect(await apply([source('198.51.100.7')])).toMatchObject([{ ok: true }]);
    expect(await effects([source('198.51.100.7'), source('192.0.2.1')])).toEqual(['effective', 'absent']);
    expect(lost).toBe(1);
    await response.close();
  });

  it('sees a rule, a chain or a set that somebody took, and repairs with the next apply', async () => {
    const { host, apply, response } = await setUpWarm();
    const one = source('192.0.2.1');
    const chains = host.kernel.tables.get('riposte')?.chains;
    for (const chain of chains?.values() ?? []) chain.rules = chain.rules.slice(1);
    expect(await response.verify([one], host)).toEqual([
      { effect: 'absent', reason: 'the rule that drops addresses4 is missing' },
    ]);
    await apply([one]);
    expect(await response.verify([one], host)).toEqual([{ effect: 'effective' }]);
    host.fireTimers();
    chains?.clear();
    expect(await response.verify([one], host)).toMatchObject([{ reason: expect.stringContaining('chain') }]);
    await apply([one]);
    host.fireTimers();
    const table = host.kernel.tables.get('riposte');
    if (table !== undefined) table.dormant = true;
    expect(await response.verify([one], host)).toEqual([{ effect: 'absent', reason: 'the table is dormant' }]);
    await apply([one]);
    expect(await response.verify([one], host)).toEqual([{ effect: 'effective' }]);
    await response.close();
  });

  it('replaces a table of another shape', async () => {
    let lost = 0;
    const { host, apply, effects, response } = setUp({ onTableLost: () => (lost += 1) });
    host.kernel.commit('add table inet riposte\nadd set inet riposte addresses4 { type ether_addr; flags timeout; }');
    await apply([source('198.51.100.7')]);
    expect(await effects([source('198.51.100.7')])).toEqual(['effective']);
    expect(lost).toBe(1);
    await response.close();
  });

  it('goes on by runs of nft where there is no netlink socket, and opens another where one broke', async () => {
    const { host, apply, effects, response } = await setUpWarm();
    host.withoutNetlink = true;
    expect(await apply([source('198.51.100.7')])).toMatchObject([{ ok: true }]);
    expect(host.runs).toContain('nft -f -');
    host.withoutNetlink = false;
    host.brokenNetlink = true;
    expect(await apply([source('198.51.100.8')])).toMatchObject([{ ok: true }]);
    expect(await effects([source('198.51.100.7'), source('198.51.100.8')])).toEqual(['effective', 'effective']);
    expect(host.openSockets).toBe(0);
    host.brokenNetlink = false;
    host.runs.length = 0;
    expect(await apply([source('198.51.100.9')])).toMatchObject([{ ok: true }]);
    expect([host.runs, host.openSockets]).toEqual([[], 1]);
    await response.close();
  });

  it.each([20, 1000])('gets all but the one bad element of %d in', async (count) => {
    const { host, apply, response } = await setUpWarm();
    const targets = some(count);
    host.kernel.refused.add('10.9.0.13');
    const outcomes = await apply(targets);
    expect(outcomes.map((outcome, at) => (outcome.ok ? '' : targets[at]?.text)).filter((text) => text !== '')).toEqual([
      '10.9.0.13',
    ]);
    expect(outcomes[13]).toEqual({ ok: false, error: 'nft: Could not process rule: Invalid argument' });
    expect(host.kernel.elements('addresses4').size).toBe(count);
    expect(host.runs.length).toBeLessThan(40);
    await response.close();
  });

  it('fails with the reason where nft is missing or not permitted, without trying each element', async () => {
    const { host, response, apply } = setUp();
    host.installed = false;
    expect(await response.probe(host)).toEqual({
      available: false,
      reason: 'nft is not installed (package nftables); ipset is not installed; iptables is not installed',
    });
    const outcomes = await apply(some(1000));
    expect(outcomes).toHaveLength(1000);
    expect(outcomes[999]).toEqual({ ok: false, error: 'nft is not installed (package nftables)' });
    expect(host.runs.filter((run) => run.startsWith('nft')).length).toBeLessThan(5);
    await expect(response.inventory(host)).rejects.toThrow('not installed');
    expect(await response.verify([source('192.0.2.1')], host)).toMatchObject([{ effect: 'absent' }]);
    host.installed = true;
    host.permitted = false;
    expect(await response.probe(host)).toMatchObject({ available: false, reason: expect.stringContaining('root') });
    await response.close();
    expect(await apply([source('192.0.2.1')])).toMatchObject([{ ok: false }]);
  });

  it('lets no evidence reach nft that is no address', async () => {
    const { host, response } = await setUpWarm();
    const outcomes = await response.revert([{ source: '@all' }, { source: '192.0.2.1' }], host);
    expect(outcomes).toMatchObject([{ ok: false }, { ok: true }]);
    expect(host.kernel.elements('addresses4').size).toBe(0);
    await response.close();
  });
});

describe('probe of firewall-drop', () => {
  it('warns of what passes it by', async () => {
    const { host, response } = setUp();
    host.flowtables = [{ flowtable: { family: 'inet', name: 'f', table: 't' } }];
    host.links = '[{"linkinfo":{"info_kind": "macvlan"}},{"linkinfo":{"info_kind":"bridge"}}]';
    host.files.set('/proc/sys/kernel/osrelease', '5.4.0\n');
    const availability = await response.probe(host);
    expect(availability.available && availability.warnings.map((each) => each.slice(0, 12))).toEqual([
      'Linux 5.4.0 ',
      'a flowtable ',
      'macvlan or i',
      'a bridge wit',
    ]);
    host.files.set('/proc/sys/net/bridge/bridge-nf-call-iptables', '1\n');
    host.files.set('/proc/sys/kernel/osrelease', '5.10.0\n');
    host.links = '[{"linkinfo":{"info_kind":"bridge"}}]';
    host.flowtables = [];
    expect(await response.probe(host)).toEqual({ available: true, means: 'nftables', warnings: [] });
  });
});
