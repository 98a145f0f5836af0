import { describe, expect, it } from 'vitest';
import {
  chooseHome,
  parseAccounts,
  parseSshConnection,
  readEnvironment,
  readGateways,
  readOwnAddresses,
  readResolvers,
} from '../../src/system/environment.ts';
import { parseIpv4Gateways, parseIpv6Gateways, parseResolvers } from '../../src/system/environment-network.ts';

describe('chooseHome', () => {
  it('takes RIPOSTE_HOME before all, if absolute', () => {
    expect(chooseHome({ RIPOSTE_HOME: '/srv/x', XDG_STATE_HOME: '/s' }, false)).toBe('/srv/x');
    expect(chooseHome({ RIPOSTE_HOME: 'x' }, true)).toBe('/var/ossec');
  });
  it('is the state folder for others than root', () => {
    expect(chooseHome({ XDG_STATE_HOME: '/s', HOME: '/home/a' }, false)).toBe('/s/riposte');
    expect(chooseHome({ XDG_STATE_HOME: '', HOME: '/home/a' }, false)).toBe('/home/a/.local/state/riposte');
  });
});

describe('parseAccounts', () => {
  it('gives names with their numbers, and passes over what is none', () => {
    const passwd =
      'root:x:0:0:root:/root:/bin/sh\n+::::::\n# note\ntoor:x:0:0::/:\nbob:x:1000:1000::/home/bob:/bin/sh\n';
    expect(parseAccounts(passwd)).toEqual([
      { name: 'root', uid: 0 },
      { name: 'toor', uid: 0 },
      { name: 'bob', uid: 1000 },
    ]);
    expect(parseAccounts('')).toEqual([]);
  });
});

describe('parseSshConnection', () => {
  it('gives the client only where it is an address', () => {
    expect(parseSshConnection('192.0.2.7 52110 10.0.0.1 22')).toBe('192.0.2.7');
    expect(parseSshConnection('fe80::1%eth0 52110 fe80::2%eth0 22')).toBe('fe80::1');
    expect(parseSshConnection('UNKNOWN 0 0 0')).toBeUndefined();
    expect(parseSshConnection(undefined)).toBeUndefined();
  });
});

describe('routing tables', () => {
  it('gives IPv4 next hops, defaults first', () => {
    const text = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t0000000A\tFE01A8C0\t0003\t0\t0\t0\t000000FF\t0\t0\t0
eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth1\t00000000\t0201A8C0\t0002\t0\t0\t0\t00000000\t0\t0\t0
`;
    expect(parseIpv4Gateways(text)).toEqual(['192.168.1.1', '192.168.1.254']);
    expect(parseIpv4Gateways('')).toEqual([]);
  });
  it('gives IPv6 next hops in canonical form', () => {
    const zero = '0'.repeat(32);
    const text = `20010db8000000000000000000000000 40 ${zero} 00 ${zero} 00000100 00000001 00000000 00000001     eth0
${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo
`;
    expect(parseIpv6Gateways(text)).toEqual(['fe80::1']);
  });
});

it('reads name servers', () => {
  const text =
    '# nameserver 192.0.2.9\nsearch example\nnameserver 192.0.2.1\n nameserver fe80::1%eth0 \nnameserver bad\n';
  expect(parseResolvers(text)).toEqual(['192.0.2.1', 'fe80::1']);
});

it('reads this machine', () => {
  expect(readOwnAddresses()).toContain('127.0.0.1');
  expect(readEnvironment().isRoot).toBe(process.geteuid?.() === 0);
  for (const address of [...readGateways(), ...readResolvers()]) expect(address).toMatch(/^[0-9a-f.:]+$/);
});
