// firewall-drop on a machine without nft: by ipset and iptables, or by iptables alone, against a real kernel.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../src/respond/contract.ts';
import { createFirewallDrop } from '../src/respond/firewall-drop/firewall-drop.ts';
import { alertWith } from '../test/respond/alerts.ts';
import { describeContract } from '../test/respond/contract-suite.ts';
import { createLab, type Lab, type Namespace, reasonToSkip } from './support/namespaces.ts';
import { until } from './support/service.ts';

const reason = reasonToSkip(['ip', 'ping', 'ipset', 'iptables', 'ip6tables', 'python3']);
const hostAddress = '192.0.2.1';
const attackerAddress = '192.0.2.66';

const ways = [
  { means: 'ipset and iptables', missing: ['nft'], fault: 'the rule that drops by the set is missing' },
  { means: 'iptables', missing: ['nft', 'ipset'], fault: 'nothing leads to the chain of rules any more' },
];

describe.skipIf(reason !== undefined).each(ways)('firewall-drop by $means', ({ means, missing, fault }) => {
  const isIpset = means !== 'iptables';
  let lab: Lab;
  let namespace: Namespace;
  let attacker: Namespace;
  let response: ReturnType<typeof createFirewallDrop>;
  beforeAll(async () => {
    lab = createLab();
    namespace = lab.add('host');
    attacker = lab.add('attacker');
    lab.link(
      namespace,
      attacker,
      [`${hostAddress}/24`, '2001:db8:1::1/64'],
      [`${attackerAddress}/24`, '2001:db8:1::66/64'],
    );
  });
  afterAll(() => lab.remove());

  const withoutNft = (): Host => {
    const host = namespace.host();
    return {
      run: (argv, options) =>
        missing.includes(argv[0])
          ? Promise.resolve({ status: null, signal: null, stdout: '', stderr: '', timedOut: false, error: 'ENOENT' })
          : host.run(argv, options),
      post: (...request) => host.post(...request),
      openNetfilter: () => {
        throw new Error('socket: EPROTONOSUPPORT');
      },
      readFile: (path) => host.readFile(path),
      changeFile: (...change) => host.changeFile(...change),
      after: (ms, callback) => host.after(ms, callback),
    };
  };
  const host = withoutNftOnce();
  function withoutNftOnce(): () => Host {
    let made: Host | undefined;
    return () => {
      made ??= withoutNft();
      return made;
    };
  }

  /** It knows that there is no nft. */
  async function open(): Promise<typeof response> {
    response = createFirewallDrop();
    expect(await response.probe(host())).toMatchObject({ available: true, means });
    expect(response.machineLifts).toBe(isIpset);
    return response;
  }
  const source = (text: string) => response.fromKeys([text]);
  const apply = (texts: readonly string[], remainingSeconds: number | null = 60) =>
    response.apply(
      texts.map((text) => ({ target: source(text), remainingSeconds })),
      host(),
    );
  const revert = (texts: readonly string[]) =>
    response.revert(
      texts.map((text) => ({ source: text })),
      host(),
    );
  const clean = (): void => {
    expect(namespace.run('ipset', 'list', '-name')).toBe('');
    for (const program of ['iptables', 'ip6tables'])
      expect(namespace.run(program, '-t', 'raw', '-S').toLowerCase()).not.toContain('riposte');
  };

  describeContract(`firewall-drop by ${means}`, {
    create: () => {
      const made = createFirewallDrop();
      const { probe } = made;
      // The agent asks before anything else.
      const asked = async <Value>(act: () => Promise<Value>): Promise<Value> => {
        await probe(host());
        return act();
      };
      return {
        ...made,
        machineLifts: isIpset,
        apply: (...args) => asked(() => made.apply(...args)),
        verify: (...args) => asked(() => made.verify(...args)),
        revert: (...args) => asked(() => made.revert(...args)),
        inventory: (...args) => asked(() => made.inventory(...args)),
        prepare: (given) => asked(async () => made.prepare?.(given)),
      };
    },
    host,
    alerts: [alertWith({ srcip: '198.51.100.7' }), alertWith({ srcip: '2001:db8::7' })],
    invalidAlert: alertWith({ srcip: '198.51.100.7; id' }),
  });

  afterEach(async () => {
    await response?.close();
  });

  it('says of both why it cannot work where neither is there', async () => {
    const nothing: Host = {
      ...withoutNft(),
      run: () =>
        Promise.resolve({ status: null, signal: null, stdout: '', stderr: '', timedOut: false, error: 'ENOENT' }),
    };
    response = createFirewallDrop();
    expect(await response.probe(nothing)).toEqual({
      available: false,
      reason: 'nft is not installed (package nftables); ipset is not installed; iptables is not installed',
    });
  });

  it.each([
    [attackerAddress, hostAddress],
    ['2001:db8:1::66', '2001:db8:1::1'],
    ['192.0.2.64/26', hostAddress],
    ['2001:db8:1::/112', '2001:db8:1::1'],
  ])('nothing comes from %s any more, and all again after', async (from, to) => {
    await open();
    const reach = (): boolean => {
      try {
        attacker.run('ping', '-c', '1', '-W', '1', to);
        return true;
      } catch {
        return false;
      }
    };
    expect(reach()).toBe(true);
    expect((await apply([from])).every(({ ok }) => ok)).toBe(true);
    expect(await response.verify([source(from)], host())).toEqual([{ effect: 'effective' }]);
    expect(reach()).toBe(false);
    await revert([from]);
    expect(reach()).toBe(true);
    await response.close();
    clean();
  });

  it('an open connection freezes too', async () => {
    await open();
    const server = `import socket\ns=socket.create_server(("${hostAddress}",9000));c,_=s.accept()\nwhile True:\n d=c.recv(9)\n c.sendall(d)`;
    const client = `import socket,sys\nc=socket.create_connection(("${hostAddress}",9000))\nc.settimeout(1)\nfor l in sys.stdin:\n c.sendall(b"x")\n try: print("echo" if c.recv(9) else "end",flush=True)\n except TimeoutError: print("frozen",flush=True)`;
    const start = (argv: readonly [string, ...string[]]) =>
      spawn(argv[0], argv.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
    const serving = start(namespace.inside('python3', '-c', server));
    await until('it listens', () => namespace.run('ss', '-ltn').includes(':9000'));
    const talking = start(attacker.inside('python3', '-c', client));
    const talk = async (): Promise<string> => {
      talking.stdin.write('x\n');
      const [answer] = (await once(talking.stdout, 'data')) as [Buffer];
      return answer.toString().trim();
    };
    expect(await talk()).toBe('echo');
    await apply([attackerAddress]);
    expect(await talk()).toBe('frozen');
    await revert([attackerAddress]);
    for (const child of [talking, serving]) child.kill('SIGKILL');
  });

  if (isIpset)
    it('the kernel lifts it on time, and nothing is for ever', async () => {
      await open();
      await apply(['198.51.100.7'], 1);
      await apply(['198.51.100.8'], null);
      await apply(['198.51.100.9'], 10 * 365 * 86_400);
      await until(
        'it is gone',
        async () => (await response.verify([source('198.51.100.7')], host()))[0]?.effect === 'absent',
      );
      const times = (await response.inventory(host())).map(({ target, remainingSeconds }) => [
        target.text,
        remainingSeconds,
      ]);
      expect(times).toHaveLength(2);
      expect(new Map(times as [string, number][]).get('198.51.100.8')).toBeGreaterThan(6 * 86_400);
      expect(new Map(times as [string, number][]).get('198.51.100.9')).toBeGreaterThan(24 * 86_400);
      await revert(['198.51.100.8', '198.51.100.9']);
    });

  it('a thousand are done in one run, and a rule or a set that somebody removes is made again', async () => {
    await open();
    const many = Array.from({ length: 1000 }, (_, index) => `198.18.${index >> 8}.${index & 255}`);
    expect((await apply(many)).every(({ ok }) => ok)).toBe(true);
    expect(await response.inventory(host())).toHaveLength(1000);
    namespace.run('iptables', '-t', 'raw', '-F', 'PREROUTING');
    expect(await response.verify([source('198.18.0.1')], host())).toEqual([{ effect: 'absent', reason: fault }]);
    expect((await response.inventory(host()))[0]?.fault).toBe(fault);
    await apply(['198.18.0.1']);
    expect(await response.verify([source('198.18.0.1')], host())).toEqual([{ effect: 'effective' }]);
    namespace.run('iptables', '-t', 'raw', '-F', 'PREROUTING');
    if (isIpset) namespace.run('ipset', 'destroy', 'riposte4');
    else {
      namespace.run('iptables', '-t', 'raw', '-F', 'RIPOSTE');
      namespace.run('iptables', '-t', 'raw', '-X', 'RIPOSTE');
    }
    expect((await apply(['198.18.0.1', '198.18.0.2'])).every(({ ok }) => ok)).toBe(true);
    expect(await response.verify([source('198.18.0.1')], host())).toEqual([{ effect: 'effective' }]);
    await revert(['198.18.0.1', '198.18.0.2']);
    await response.close();
    clean();
  });

  if (isIpset)
    it('one that the set has no room for does not keep the others out', async () => {
      await open();
      await apply(['198.51.100.1']);
      namespace.run('iptables', '-t', 'raw', '-F', 'PREROUTING');
      namespace.run('ipset', 'destroy', 'riposte4');
      namespace.run('ipset', 'create', 'riposte4', 'hash:net', 'maxelem', '2', 'timeout', '60');
      const outcomes = await apply(['198.51.100.1', '198.51.100.2', '198.51.100.3', '2001:db8::1']);
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, false, true]);
      expect(outcomes[2]).toMatchObject({ error: expect.stringMatching(/^ipset: .*full/) });
      await revert(['198.51.100.1', '198.51.100.2', '2001:db8::1']);
    });
});
