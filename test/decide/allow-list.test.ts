import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AllowListEntry } from '../../src/config/ossec-conf.ts';
import { prepareAllowList } from '../../src/decide/allow-list.ts';
import { compilers } from './patterns.ts';
import { makeMask, makeName, makeNetwork } from './samples.ts';

function prepare(entries: readonly AllowListEntry[]) {
  return prepareAllowList(entries, compilers.compileNamePattern);
}

describe('allow list', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.70', false],
    ['192.0.2.9/24', '192.0.2.200', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.0/31', '192.0.2.1', true],
    ['128.0.0.0/1', '255.255.255.255', true],
    ['0.0.0.0/0', '203.0.113.1', true],
    ['0.0.0.0/0', '2001:db8::1', true],
    ['0.0.0.0/0', 'goodhost', false],
    ['192.0.2.7', '::ffff:192.0.2.7', true],
    ['192.0.2.7', '::FFFF:c000:207', true],
    ['::ffff:192.0.2.0/120', '192.0.2.9', true],
    ['::ffff:192.0.2.7', '192.0.2.7', true],
    ['2001:db8::7', '2001:DB8:0:0:0:0:0:7', true],
    ['2001:db8::7', '2001:db8::70', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '192.0.2.1', false],
    ['192.0.2.7', '192.0.2.7.', false],
  ])('%s: %s is on it: %s', (entry, text, expected) => {
    expect(prepare([makeNetwork(entry)]).find(text)).toBe(expected ? entry : undefined);
  });

  it('compares masks with holes', () => {
    const list = prepare([makeMask('192.0.2.1/255.0.255.255', 0xc0000201, 0xff00ffff)]);
    expect(list.find('192.77.2.1')).toBe('192.0.2.1/255.0.255.255');
    expect(list.find('192.77.2.2')).toBeUndefined();
  });

  it('searches names as OS_Match does, in the text with the mapped prefix removed', () => {
    expect(prepare([makeName('goodhost')]).find('very-GoodHost.example')).toBe('goodhost');
    expect(prepare([makeName('^goodhost$')]).find('goodhost2')).toBeUndefined();
    expect(prepare([makeName('^198.51.100.')]).find('::ffff:198.51.100.7')).toBe('^198.51.100.');
  });

  it('is empty without entries', () => {
    expect(prepare([]).find('192.0.2.1')).toBeUndefined();
  });

  it.each([
    [fc.ipV4(), 'ipv4', 32],
    [fc.ipV6().filter((address) => !address.includes('ffff')), 'ipv6', 128],
  ] as const)('agrees with the list of Node for any networks and addresses (%#)', (addresses, family, longest) => {
    const network = fc.tuple(addresses, fc.integer({ min: 1, max: longest }));
    fc.assert(
      fc.property(fc.array(network, { maxLength: 20 }), addresses, (networks, address) => {
        const reference = new BlockList();
        for (const [head, prefix] of networks) reference.addSubnet(head, prefix, family);
        const list = prepare(networks.map(([head, prefix]) => makeNetwork(`${head}/${prefix}`)));
        expect(list.find(address) !== undefined).toBe(reference.check(address, family));
      }),
      { numRuns: 300 },
    );
  });
});
