import { describe, expect, it } from 'vitest';
import { prepareNeverBlock } from '../../src/decide/never-block.ts';

const neverBlock = prepareNeverBlock([
  { address: '192.0.2.1', reason: 'it is the gateway' },
  { address: '198.51.100.0/24', reason: 'it is the network of the managers' },
  { address: '2001:db8::53', reason: 'it is a resolver' },
  { address: '::ffff:203.0.113.5', reason: 'it is the manager' },
]);

describe('never-block set', () => {
  it.each([
    ['127.0.0.1', 'it is loopback'],
    ['127.255.0.3', 'it is loopback'],
    ['::1', 'it is loopback'],
    ['0:0:0:0:0:0:0:1', 'it is loopback'],
    ['::ffff:127.0.0.1', 'it is loopback'],
    ['::ffff:7f00:1', 'it is loopback'],
    ['0.0.0.0', 'it stands for the host itself'],
    ['::', 'it stands for the host itself'],
    ['192.0.2.1', 'it is the gateway'],
    ['::FFFF:192.0.2.1', 'it is the gateway'],
    ['198.51.100.77', 'it is the network of the managers'],
    ['2001:DB8:0::53', 'it is a resolver'],
    ['203.0.113.5', 'it is the manager'],
  ])('%s: %s', (address, reason) => {
    expect(neverBlock(address)).toBe(reason);
  });

  it.each(['192.0.2.2', '128.0.0.1', '2001:db8::54', '::2', 'localhost', ''])('%s may be blocked', (address) => {
    expect(neverBlock(address)).toBeUndefined();
  });

  it('refuses what is not an address', () => {
    expect(() => prepareNeverBlock([{ address: 'gateway', reason: 'it is the gateway' }])).toThrow(RangeError);
  });
});
