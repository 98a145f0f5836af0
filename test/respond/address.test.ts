import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invalidSourceText, parseAddress, parseSource, sourceOfAlert } from '../../src/respond/address.ts';
import { alertWith } from './alerts.ts';

describe('parseAddress', () => {
  it.each([
    ['198.51.100.7', '198.51.100.7', 4],
    ['::ffff:198.51.100.7', '198.51.100.7', 4],
    ['::FFFF:c633:6407', '198.51.100.7', 4],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4', 4],
    ['2001:DB8:0:0:0:0:0:7', '2001:db8::7', 6],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1', 6],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1', 6],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1', 6],
    ['::', '::', 6],
    ['1::', '1::', 6],
    ['::1', '::1', 6],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304', 6],
  ])('%s is %s', (text, canonical, family) => {
    expect(parseAddress(text)).toEqual({ family, text: canonical, isPrefix: false });
  });

  it.each([
    '',
    ' 198.51.100.7',
    '198.51.100.7 ',
    '198.51.100.7\n',
    '10.1',
    '0x7f.1',
    '010.1.1.1',
    '1.2.3.256',
    '1.2.3.4.5',
    '198.51.100.0/24',
    'fe80::1%lo',
    'fe80::1%1',
    'not-an-ip',
    '198.51.100.7; id',
    '1::2::3',
    ':::',
    '[::1]',
    '@addresses4',
    '::ffff:1.2.3.04',
    '2130706433',
    '１.2.3.4',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('is its own fixed point and agrees with the address', () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
      minLength: 8,
      maxLength: 8,
    });
    fc.assert(
      fc.property(groups, (values) => {
        const long = values.map((value) => value.toString(16).padStart(4, '0')).join(':');
        const source = parseAddress(long);
        expect(source).toBeDefined();
        if (source === undefined) return;
        expect(parseAddress(source.text)).toEqual(source);
        // The platform's own canonical form, for what is IPv6.
        if (source.family === 6) expect(new URL(`http://[${long}]/`).hostname).toBe(`[${source.text}]`);
      }),
    );
  });
});

describe('parseSource', () => {
  it.each([
    ['198.51.100.7/24', '198.51.100.0/24', true],
    ['198.51.100.7/32', '198.51.100.7', false],
    ['198.51.100.129/25', '198.51.100.128/25', true],
    ['255.255.255.255/0', '0.0.0.0/0', true],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33', true],
    ['2001:db8::1/128', '2001:db8::1', false],
    ['::ffff:198.51.100.7/120', '198.51.100.0/24', true],
  ])('%s is %s', (text, canonical, isPrefix) => {
    expect(parseSource(text)).toMatchObject({ text: canonical, isPrefix });
  });

  it.each([
    '1.2.3.4/',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/08',
    '1.2.3.4/255.0.0.0',
    '::1/129',
    '::ffff:1.2.3.4/95',
    '/8',
  ])('refuses %j', (text) => {
    expect(parseSource(text)).toBeUndefined();
  });
});

describe('sourceOfAlert', () => {
  it.each([
    [{ srcip: '198.51.100.9' }, '198.51.100.9'],
    [
      { srcip: '198.51.100.9', win: { eventdata: { ipAddress: '198.51.100.8', destinationIp: '198.51.100.6' } } },
      '198.51.100.8',
    ],
    [{ srcip: '198.51.100.9', win: { eventdata: { destinationIp: '198.51.100.6' } } }, '198.51.100.6'],
    [{ srcip: '198.51.100.9', win: { eventdata: { ipAddress: 7 } } }, '198.51.100.9'],
    [{ srcip: '198.51.100.9', win: 'x' }, '198.51.100.9'],
  ])('%j is about %s', (data, text) => {
    expect(sourceOfAlert(alertWith(data)).text).toBe(text);
  });

  it.each([
    [{}],
    [{ srcip: 7 }],
    [{ srcip: '198.51.100.0/24' }],
    [{ srcip: '198.51.100.9', win: { eventdata: { ipAddress: '-' } } }],
  ])('refuses %j', (data) => {
    expect(() => sourceOfAlert(alertWith(data))).toThrow(invalidSourceText);
  });
});
