// spec ruleset §7.7: key lists.
import { describe, expect, it } from 'vitest';
import { readKeyList } from '../../../src/detect/lists/key-list.ts';
import { messageOf, startSmall } from '../small-ruleset.ts';
import { pairDecoders, rule, rulesOf, startPairs } from './one-rule.ts';

const lists = { 'etc/lists/l': '192.0.2.1:bad\n10.1.:net\n10.:wide\nKey:good\nempty:\n' };

function holds(list: string, log: string): boolean {
  return startPairs(rulesOf(rule(101, 3, list)), {}, lists).process(messageOf(log)) !== undefined;
}

const look = (lookup: string, more = '', field = 'srcip'): string =>
  `<list field="${field}" lookup="${lookup}" ${more}>etc/lists/l</list>`;

describe('§7.7 the source of a list', () => {
  it('has a key and a value a line, split at the first colon; the first of equal keys counts', () => {
    expect([...readKeyList('a:1\nb:x:y\r\nc:\nno colon\n\n a : v \na:2\n:none\n')]).toEqual([
      ['a', '1'],
      ['b', 'x:y'],
      ['c', ''],
      [' a ', ' v '],
      ['', 'none'],
    ]);
  });

  it('may have quotes on either side: what is outside of them is ignored', () => {
    expect([...readKeyList('"2001:db8::1":yes\nx"k:1"y:"v:1"z\n"a":"b"')]).toEqual([
      ['2001:db8::1', 'yes'],
      ['k:1', 'v:1'],
      ['a', 'b'],
    ]);
  });
});

describe('§7.7 a lookup', () => {
  it.each([
    ['match_key', '192.0.2.1', true],
    ['match_key', '10.1.2.3', false],
    ['not_match_key', '192.0.2.1', false],
    ['not_match_key', '192.0.2.9', true],
    ['address_match_key', '192.0.2.1', true],
    ['address_match_key', '10.1.2.3', true],
    ['address_match_key', '10.9.9.9', true],
    ['address_match_key', '192.0.2.9', false],
    ['not_address_match_key', '10.1.2.3', false],
    ['not_address_match_key', '192.0.2.9', true],
  ])('%s of %s is %s', (lookup, address, expected) => {
    expect(holds(look(lookup), `kv srcip=${address}`)).toBe(expected);
  });

  it.each([
    ['match_key_value', 'bad', '192.0.2.1', true],
    ['match_key_value', 'BA', '192.0.2.1', true],
    ['match_key_value', '^good', '192.0.2.1', false],
    ['match_key_value', 'bad', '192.0.2.9', false],
    ['address_match_key_value', '^net', '10.1.2.3', false],
    ['address_match_key_value', '^wide', '10.1.2.3', true],
    ['address_match_key_value', '^net', '192.0.2.9', true],
  ])('%s with %j of %s is %s', (lookup, check, address, expected) => {
    expect(holds(look(lookup, `check_value="${check}"`), `kv srcip=${address}`)).toBe(expected);
  });

  it('is match_key where none is named, of the exact key', () => {
    const list = '<list field="key">etc/lists/l</list>';
    expect([holds(list, 'kv key=Key'), holds(list, 'kv key=key')]).toEqual([true, false]);
  });

  it.each([
    'match_key',
    'not_match_key',
    'match_key_value',
    'address_match_key',
    'not_address_match_key',
    'address_match_key_value',
  ])('%s fails without the field', (lookup) => {
    expect(holds(look(lookup, 'check_value="x"'), 'kv')).toBe(false);
  });

  it('finds the list by its path, with .cdb too', () => {
    expect(holds('<list field="key" lookup="match_key">etc/lists/l.cdb</list>', 'kv key=Key')).toBe(true);
  });
});

describe('§7.7 the field of a list', () => {
  it.each([
    'srcport',
    'dstip',
    'dstport',
    'url',
    'id',
    'status',
    'action',
    'protocol',
    'system_name',
    'data',
    'extra_data',
  ])('%s is the one of its name', (field) => {
    expect(holds(look('match_key', '', field), `kv ${field}=Key`)).toBe(true);
  });

  it('user is srcuser, and dstuser where there is none', () => {
    const list = look('match_key', '', 'user');
    expect(holds(list, 'kv srcuser=Key dstuser=x')).toBe(true);
    expect(holds(list, 'kv srcuser=x dstuser=Key')).toBe(false);
    expect(holds(list, 'kv dstuser=Key')).toBe(true);
  });

  it('may be the host, the program, or a dynamic field', () => {
    const engine = (field: string) =>
      startSmall({ decoders: pairDecoders, rules: rulesOf(rule(101, 3, look('match_key', '', field))), lists });
    expect(engine('hostname').process(messageOf('Dec 29 10:00:01 Key app: x'))).toBeDefined();
    expect(engine('program_name').process(messageOf('Dec 29 10:00:01 h Key: x'))).toBeDefined();
    expect(engine('OTHER.key').process(messageOf('kv other.key=Key'))).toBeDefined();
  });
});

describe('§7.7 several lists', () => {
  const key = (field: string): string => look('match_key', '', field);

  it('must all hold where they are two', () => {
    const both = key('url') + key('id');
    expect([holds(both, 'kv url=Key id=Key'), holds(both, 'kv url=Key id=x'), holds(both, 'kv url=x id=Key')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('are the last two where they are more', () => {
    const three = key('status') + key('url') + key('id');
    expect([holds(three, 'kv url=Key id=Key'), holds(three, 'kv status=Key url=Key id=x')]).toEqual([true, false]);
  });
});
