import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseSource, type Source } from '../src/respond/address.ts';
import type { BuiltInResponse, Host } from '../src/respond/contract.ts';
import { createFirewallDrop, type DropEvidence } from '../src/respond/firewall-drop/firewall-drop.ts';
import { alertWith } from '../test/respond/alerts.ts';
import { describeContract } from '../test/respond/contract-suite.ts';
import { createLab, type Lab, type Namespace, reasonToSkip } from './support/namespaces.ts';
import { canConnect, connect, type Peer, serveEcho } from './support/peers.ts';

const skipReason = reasonToSkip(['nft']);
const port = 2222;
const outerPort = 8080;

function source(text: string): Source {
  const parsed = parseSource(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

const attacker = { v4: source('10.77.1.2'), v6: source('fd77:1::2') };

/** attacker — target — inner: the target serves itself and passes its outer port on to inner. */
describe.skipIf(skipReason !== undefined)('firewall-drop on a real kernel', () => {
  let lab: Lab;
  let outside: Namespace;
  let target: Namespace;
  let host: Host;
  let response: BuiltInResponse<Source, DropEvidence>;
  let peers: Peer[] = [];
  const servers: Peer[] = [];

  beforeAll(async () => {
    lab = createLab();
    outside = lab.add('outside');
    target = lab.add('target');
    const inner = lab.add('inner');
    lab.link(outside, target, ['10.77.1.2/24', '10.77.1.3/24', 'fd77:1::2/64'], ['10.77.1.1/24', 'fd77:1::1/64']);
    lab.link(inner, target, ['10.77.2.2/24'], ['10.77.2.1/24']);
    inner.run('ip', 'route', 'add', 'default', 'via', '10.77.2.1');
    target.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
    host = target.host();
    servers.push(await serveEcho(target, port), await serveEcho(inner, port));
  });

  const begin = (): void => {
    target.run('nft', 'flush', 'ruleset');
    // Somebody's own firewall, which accepts what is established, and translates the outer port.
    target.run('nft', 'add table ip own; add chain ip own nat { type nat hook prerouting priority -100; }');
    target.run('nft', `add rule ip own nat tcp dport ${outerPort} dnat to 10.77.2.2:${port}`);
    target.run('nft', 'add chain ip own in { type filter hook input priority -400; policy accept; }');
    target.run('nft', 'add rule ip own in ct state established accept');
    response = createFirewallDrop();
  };
  const use = async (work: () => Promise<void>): Promise<void> => {
    begin();
    await work();
  };
  const apply = async (targets: readonly Source[], remainingSeconds: number | null = 60) =>
    response.apply(
      targets.map((each) => ({ target: each, remainingSeconds })),
      host,
    );
  const revert = (targets: readonly Source[]) =>
    response.revert(
      targets.map((each) => ({ source: each.text })),
      host,
    );
  const open = async (address: string, at: number): Promise<Peer> => {
    const peer = connect(outside, address, at);
    peers.push(peer);
    expect(await peer.prints('connected', 3000)).toBe(true);
    expect(await peer.echoes('first', 1000)).toBe(true);
    return peer;
  };

  afterEach(async () => {
    await response?.close();
    for (const peer of peers) peer.end();
    peers = [];
  });

  afterAll(() => {
    for (const server of servers) server.end();
    lab?.remove();
  });

  it.each([
    ['an open session to this host', () => '10.77.1.1', port, attacker.v4],
    ['a forwarded, translated connection', () => '10.77.1.1', outerPort, attacker.v4],
    ['an open session over IPv6', () => 'fd77:1::1', port, attacker.v6],
  ])('freezes %s within a second, and lets it go on after the revert', (_title, address, at, from) =>
    use(async () => {
      const session = await open(address(), at);
      expect(await apply([from])).toMatchObject([{ ok: true }]);
      expect(await session.echoes('second', 1000)).toBe(false);
      expect(await canConnect(outside, address(), at, 700)).toBe(false);
      expect(await response.verify([from], host)).toEqual([{ effect: 'effective' }]);
      await revert([from]);
      // TCP sends again what was dropped.
      expect(await session.prints('second', 20_000)).toBe(true);
      expect(await canConnect(outside, address(), at, 3000)).toBe(true);
    }),
  );

  it('drops by prefix, beside single addresses', () =>
    use(async () => {
      const prefix = source('10.77.1.0/25');
      expect(await apply([prefix, attacker.v4])).toMatchObject([{ ok: true }, { ok: true }]);
      await revert([attacker.v4]);
      expect(await canConnect(outside, '10.77.1.1', port, 700)).toBe(false);
      await apply([prefix], 500);
      expect(await response.inventory(host)).toMatchObject([{ target: prefix, remainingSeconds: expect.any(Number) }]);
      // It overlaps, so the set will not take it; lifting what is not there is fine all the same.
      expect(await apply([source('10.77.1.0/26')])).toMatchObject([{ ok: false }]);
      expect(await revert([source('10.77.1.0/26'), prefix])).toMatchObject([{ ok: true }, { ok: true }]);
      expect(await canConnect(outside, '10.77.1.1', port, 3000)).toBe(true);
    }));

  it('is lifted by the kernel alone', () =>
    use(async () => {
      await apply([attacker.v4], 2);
      await response.close();
      expect(await canConnect(outside, '10.77.1.1', port, 700)).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      expect(await canConnect(outside, '10.77.1.1', port, 3000)).toBe(true);
      expect(await response.inventory(host)).toEqual([]);
    }));

  it('keeps 10,000 blocks, and the innocent is served', () =>
    use(async () => {
      const many = Array.from({ length: 10_000 }, (_, at) => source(`10.9.${at >> 8}.${at & 255}`));
      const outcomes = await apply([...many, attacker.v6]);
      expect(outcomes.filter((outcome) => !outcome.ok)).toEqual([]);
      expect((await response.verify(many, host)).every((each) => each.effect === 'effective')).toBe(true);
      expect(await canConnect(outside, '10.77.1.1', port, 3000)).toBe(true);
      await apply([attacker.v4]);
      expect(await canConnect(outside, '10.77.1.1', port, 700)).toBe(false);
      await revert([...many, attacker.v4, attacker.v6]);
      expect(await response.inventory(host)).toEqual([]);
    }));

  it('comes back after a foreign flush', () =>
    use(async () => {
      await apply([source('192.0.2.1')]);
      await apply([source('192.0.2.2')]);
      target.run('nft', 'flush', 'ruleset');
      expect(await response.verify([source('192.0.2.1')], host)).toMatchObject([{ effect: 'absent' }]);
      expect(await apply([attacker.v4])).toMatchObject([{ ok: true }]);
      expect(await canConnect(outside, '10.77.1.1', port, 700)).toBe(false);
      await revert([attacker.v4]);
      expect(await apply([attacker.v4])).toMatchObject([{ ok: true }]);
      expect(await canConnect(outside, '10.77.1.1', port, 700)).toBe(false);
      expect(await response.verify([attacker.v4], host)).toEqual([{ effect: 'effective' }]);
    }));

  it('sees at once that its chain is empty or its table another, and gets through', () =>
    use(async () => {
      await apply([attacker.v4]);
      expect(await response.verify([attacker.v4], host)).toEqual([{ effect: 'effective' }]);
      for (const harm of [
        'flush chain inet riposte drop-sources',
        'delete table inet riposte; add table inet riposte; add set inet riposte addresses4 { type ether_addr; }',
      ]) {
        target.run('nft', harm);
        expect(await response.verify([attacker.v4], host), harm).toMatchObject([{ effect: 'absent' }]);
        expect(await apply([attacker.v4]), harm).toMatchObject([{ ok: true }]);
        expect(await response.verify([attacker.v4], host), harm).toEqual([{ effect: 'effective' }]);
      }
    }));

  it('sees by its inventory that the table is dormant or a rule goes before its own, and gets through', () =>
    use(async () => {
      await apply([attacker.v4]);
      for (const harm of [
        'add table inet riposte { flags dormant; }',
        'insert rule inet riposte drop-sources accept',
      ]) {
        target.run('nft', harm);
        expect(await response.inventory(host), harm).toMatchObject([{ fault: expect.any(String) }]);
        expect(await apply([attacker.v4]), harm).toMatchObject([{ ok: true }]);
        expect(await response.inventory(host), harm).toMatchObject([{ target: attacker.v4, fault: undefined }]);
        expect(await canConnect(outside, '10.77.1.1', port, 700)).toBe(false);
      }
    }));

  it('verifies without touching what it looks at', () =>
    use(async () => {
      const many = Array.from({ length: 200 }, (_, at) => source(`10.9.0.${at}`));
      await apply([...many, attacker.v6], 600);
      expect(await response.verify([attacker.v6], host)).toEqual([{ effect: 'effective' }]);
      const before = target.run('nft', '-a', 'list', 'chain', 'inet', 'riposte', 'drop-sources');
      for (const asked of [[attacker.v6], many, [...many, attacker.v4]]) {
        const effects = (await response.verify(asked, host)).map((each) => each.effect);
        expect(effects).toEqual(asked.map((each) => (each === attacker.v4 ? 'absent' : 'effective')));
      }
      expect(target.run('nft', '-a', 'list', 'chain', 'inet', 'riposte', 'drop-sources')).toBe(before);
      const found = await response.inventory(host);
      expect(found).toHaveLength(201);
      for (const { remainingSeconds } of found) expect(remainingSeconds).toBeGreaterThan(500);
    }));

  it('leaves no table where nothing is in force at its end, and keeps one that is needed', () =>
    use(async () => {
      await apply([attacker.v4]);
      await response.close();
      expect(target.run('nft', 'list', 'tables')).toContain('riposte');
      await revert([attacker.v4]);
      await response.close();
      expect(target.run('nft', 'list', 'tables')).not.toContain('riposte');
    }));

  it('says what became of one element that the kernel refuses among 1,000', () =>
    use(async () => {
      const many = Array.from({ length: 1000 }, (_, at) => source(`10.9.${at >> 8}.${at & 255}`));
      await apply([source('10.8.0.0/16')]);
      const outcomes = await apply([...many, source('10.8.1.0/24')]);
      expect(outcomes.slice(0, -1).every((outcome) => outcome.ok)).toBe(true);
      expect(outcomes.at(-1)).toMatchObject({ ok: false, error: expect.stringContaining('overlap') });
    }));

  it('blocks by messages to the kernel that nft lists as its own would be', () =>
    use(async () => {
      await apply([source('192.0.2.1')]);
      const runs: string[] = [];
      const watched: Host = {
        run: (argv, options) => {
          runs.push(argv.join(' '));
          return host.run(argv, options);
        },
        post: (...request) => host.post(...request),
        openNetfilter: () => host.openNetfilter(),
        readFile: (path) => host.readFile(path),
        changeFile: (...change) => host.changeFile(...change),
        after: (ms, callback) => host.after(ms, callback),
      };
      const fresh = createFirewallDrop();
      await fresh.inventory(watched);
      runs.length = 0;
      const six = source('2001:db8:0:1::ffff');
      const applications = [source('203.0.113.9'), six].map((target) => ({ target, remainingSeconds: 86_400 * 30 }));
      expect(await fresh.apply(applications, watched)).toMatchObject([{ ok: true }, { ok: true }]);
      expect(await fresh.verify([source('203.0.113.9'), six], watched)).toEqual([
        { effect: 'effective' },
        { effect: 'effective' },
      ]);
      expect(runs).toEqual([]);
      expect(target.run('nft', 'list', 'set', 'inet', 'riposte', 'addresses4')).toMatch(
        /203\.0\.113\.9 timeout 30d expires/,
      );
      expect(target.run('nft', 'list', 'set', 'inet', 'riposte', 'addresses6')).toMatch(
        /2001:db8:0:1::ffff timeout 30d expires/,
      );
      await fresh.close();
    }));

  describeContract('firewall-drop in a namespace', {
    create: createFirewallDrop,
    host: () => {
      begin();
      return host;
    },
    alerts: [alertWith({ srcip: '10.77.1.2' }), alertWith({ srcip: 'fd77:1::2' })],
    invalidAlert: alertWith({ srcip: '10.1' }),
  });
});
