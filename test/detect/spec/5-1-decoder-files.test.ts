// spec ruleset §5.1 and §5.2: what a decoder file may hold.
import { describe, expect, it } from 'vitest';
import { loadSmall } from '../small-ruleset.ts';

const rules = '<group name="t,"><rule id="100" level="3"><description>any</description></rule></group>';

function severities(decoders: string): string[] {
  const { ruleset, problems } = loadSmall({ decoders, rules });
  const found = problems.map(({ severity }) => severity);
  expect(ruleset === undefined).toBe(found.includes('error'));
  return found;
}

const top = '<decoder name="p"><prematch>^p</prematch></decoder>';
const child = (inner: string, name = 'c'): string => `<decoder name="${name}"><parent>p</parent>${inner}</decoder>`;
const field = '<regex>(a)</regex><order>id</order>';

describe('§5.1 a decoder file is refused for', () => {
  it.each([
    ['another root element', '<rule id="1"></rule>'],
    ['no name', '<decoder></decoder>'],
    ['a name that is not first', '<decoder status="x" name="p"><prematch>p</prematch></decoder>'],
    ['another second attribute', '<decoder name="p" type="x"><prematch>p</prematch></decoder>'],
    ['an unknown option', '<decoder name="p"><prematch>p</prematch><other>x</other></decoder>'],
    ['an unknown parent', child('')],
    ['a parent that is a child itself', `${top + child('', 'c')}<decoder name="d"><parent>c</parent></decoder>`],
    ['neither prematch nor program name', '<decoder name="p"><regex>(a)</regex><order>id</order></decoder>'],
    ['a regex without order', `<decoder name="p"><prematch>p</prematch><regex>(a)</regex></decoder>`],
    ['an order without regex', `<decoder name="p"><prematch>p</prematch><order>id</order></decoder>`],
    ['fts without regex', `<decoder name="p"><prematch>p</prematch><fts>id</fts></decoder>`],
    ['an empty name in order', top + child('<regex>(a)(b)</regex><order>id,,x</order>')],
    ['fts of a field that order does not name', top + child(`${field}<fts>other</fts>`)],
    ['an unknown type', '<decoder name="p"><prematch>p</prematch><type>Windows</type></decoder>'],
    ['an unknown plugin', '<decoder name="p"><prematch>p</prematch><plugin_decoder>X</plugin_decoder></decoder>'],
    ['a plugin beside a regex', top + child(`<plugin_decoder>JSON_Decoder</plugin_decoder>${field}`)],
    ['prematch after_prematch', top + child(`<prematch offset="after_prematch">p</prematch>`)],
    ['prematch after_regex', top + child(`<prematch offset="after_regex">p</prematch>`)],
    ['after_parent without parent', '<decoder name="p"><prematch offset="after_parent">p</prematch></decoder>'],
    [
      'regex after_prematch of a child without prematch',
      top + child('<regex offset="after_prematch">(a)</regex><order>id</order>'),
    ],
    [
      'plugin after_prematch without prematch',
      top + child('<plugin_decoder offset="after_prematch">JSON_Decoder</plugin_decoder>'),
    ],
    ['plugin after_regex', top + child('<plugin_decoder offset="after_regex">JSON_Decoder</plugin_decoder>')],
    ['after_regex without earlier sibling', top + child('<regex offset="after_regex">(a)</regex><order>id</order>')],
    [
      'an offset on a later piece',
      top + child('<regex>(a</regex><regex offset="after_parent">)</regex><order>id</order>'),
    ],
    ['a pattern that is not valid', '<decoder name="p"><prematch>(p</prematch></decoder>'],
    [
      'an unknown json_null_field',
      '<decoder name="p"><prematch>p</prematch><json_null_field>x</json_null_field></decoder>',
    ],
    [
      'an unknown json_array_structure',
      '<decoder name="p"><prematch>p</prematch><json_array_structure>x</json_array_structure></decoder>',
    ],
  ])('%s', (_what, decoders) => {
    expect(severities(decoders)).toContain('error');
  });

  it('257 names in order, and takes 256', () => {
    const names = (count: number): string => Array.from({ length: count }, (_, index) => `f${index}`).join(',');
    expect(severities(top + child(`<regex>(a)</regex><order>${names(257)}</order>`))).toEqual(['error']);
    expect(severities(top + child(`<regex>(a)</regex><order>${names(256)}</order>`))).toEqual([]);
  });

  it('a prematch of more than 1,023 bytes, which is left out', () => {
    const prematch = (length: number): string =>
      `<decoder name="p"><prematch>${'p'.repeat(length)}</prematch></decoder>`;
    expect(severities(prematch(1023))).toEqual([]);
    expect(severities(prematch(1024))).toEqual(['warning', 'error']);
  });
});

describe('§5.1 a decoder file is taken with', () => {
  it.each([
    ['status as the second attribute', '<decoder name="p" status="x"><prematch>p</prematch></decoder>', []],
    ['an unknown offset of prematch', top + child('<prematch offset="later">p</prematch>'), ['warning']],
    ['an unknown offset of regex', top + child('<regex offset="later">(a)</regex><order>id</order>'), ['warning']],
    ['osmatch for a regex', top + child('<regex type="osmatch">(a)</regex><order>id</order>'), ['warning']],
    ['a type in capitals', '<decoder name="p"><prematch type="PCRE2">^(?=p)</prematch></decoder>', []],
    [
      'after_prematch on a top-level decoder',
      '<decoder name="p"><prematch>p</prematch><regex offset="after_prematch">(a)</regex><order>id</order></decoder>',
      [],
    ],
    [
      'json_null_field empty',
      '<decoder name="p"><prematch>p</prematch><json_null_field>empty</json_null_field></decoder>',
      [],
    ],
    [
      'fts of every known name',
      `<decoder name="p"><prematch>p</prematch><regex>(a)</regex><order>id</order><fts>name, srcuser, dstuser, user, srcip, dstip, id, location, data, extra_data, system_name</fts></decoder>`,
      [],
    ],
    ['fts of a dynamic field of its order', top + child('<regex>(a)</regex><order>x.y</order><fts>x.y</fts>'), []],
    [
      'a parent in pieces',
      `<decoder name="ab"><prematch>p</prematch></decoder><decoder name="c"><parent>a</parent><parent>b</parent>${field}</decoder>`,
      [],
    ],
  ])('%s', (_what, decoders, found) => {
    expect(severities(decoders)).toEqual(found);
  });
});

describe('§5.2 a chain of siblings is refused where', () => {
  const first = child(`<prematch>a</prematch>${field}`);
  it.each([
    ['a later member has a prematch', first + child(`<prematch>b</prematch>${field}`)],
    ['a later member has fts', first + child(`${field}<fts>id</fts>`)],
    ['the first has neither regex nor plugin', child('<prematch>a</prematch>') + child(field)],
    ['a later one has neither regex nor plugin', first + child('')],
  ])('%s', (_what, decoders) => {
    expect(severities(top + decoders)).toContain('error');
  });

  it('and taken where the first has prematch and fts', () => {
    expect(severities(top + child(`<prematch>a</prematch>${field}<fts>id</fts>`) + child(field))).toEqual([]);
  });
});

describe('§5.2 names that decoded_as knows', () => {
  const known = (name: string, decoders = '') => {
    const rule = `<group name="t,"><rule id="100" level="3"><decoded_as>${name}</decoded_as><description>d</description></rule></group>`;
    return loadSmall({ decoders, rules: rule }).ruleset !== undefined;
  };

  it('are those of decoders, of renamed children too, and of built-in decoders', () => {
    const builtIn =
      'rootcheck syscheck_integrity_changed syscheck_new_entry syscheck_deleted syscheck_registry_key_modified syscheck_registry_key_added syscheck_registry_key_deleted syscheck_registry_value_modified syscheck_registry_value_added syscheck_registry_value_deleted hostinfo_new hostinfo_modified syscollector ciscat windows_eventchannel sca';
    for (const name of builtIn.split(' ')) expect([name, known(name)]).toEqual([name, true]);
    expect(known('c', top + child(field))).toBe(true);
    expect(known('nobody')).toBe(false);
  });
});
