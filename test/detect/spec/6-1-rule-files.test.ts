// spec ruleset §6.1 and §6.3: what a rule may hold, what is refused, and what is skipped.
import { describe, expect, it } from 'vitest';
import { messageOf } from '../small-ruleset.ts';
import { loadOne, rule, rulesOf, startPairs } from './one-rule.ts';

const bare = (attributes: string, inner = '<description>d</description>'): string =>
  `<rule ${attributes}><if_sid>100</if_sid>${inner}</rule>`;

describe('§6.1 a rule is refused with', () => {
  it.each([
    ['no id', bare('level="3"')],
    ['no level', bare('id="101"')],
    ['an id of seven digits', bare('id="1234567" level="3"')],
    ['a level of 17', bare('id="101" level="17"')],
    ['an unknown attribute', bare('id="101" level="3" nonsense="1"')],
    ['no description', bare('id="101" level="3"', '')],
    ['an unknown option', rule(101, 3, '<nonsense>x</nonsense>')],
    ['an unknown value of options', rule(101, 3, '<options>loud</options>')],
    ['an unknown decoder', rule(101, 3, '<decoded_as>nobody</decoded_as>')],
    ['an unknown category', rule(101, 3, '<category>nothing</category>')],
    ['an unknown type of info', rule(101, 3, '<info type="x">y</info>')],
    ['a frequency of 1', rule(101, 3, '<if_matched_sid>100</if_matched_sid>', 'frequency="1"')],
    ['a frequency of 10000', rule(101, 3, '<if_matched_sid>100</if_matched_sid>', 'frequency="10000"')],
    ['a frequency without if_matched', rule(101, 3, '', 'frequency="3"')],
    ['a timeframe of six digits', rule(101, 3, '', 'timeframe="100000"')],
    ['overwrite maybe', rule(101, 3, '', 'overwrite="maybe"')],
    ['a field that is static', rule(101, 3, '<field name="srcip">x</field>')],
    ['the field user', rule(101, 3, '<field name="user">x</field>')],
    ['a field without name', rule(101, 3, '<field>x</field>')],
    ['a negated weekday', rule(101, 3, '<weekday>!monday</weekday>')],
    ['a time that is none', rule(101, 3, '<time>soon</time>')],
    ['an unknown compiled rule', rule(101, 3, '<compiled_rule>x</compiled_rule>')],
    ['an osregex that is not valid', rule(101, 3, '<regex>\\q</regex>')],
    ['a relation of no field', rule(101, 3, '<same_nonsense />')],
    ['not_same_ of a field without it', rule(101, 3, '<not_same_url />')],
    ['an address that is none', rule(101, 3, '<srcip>300.1.1.1</srcip>')],
  ])('%s', (_what, text) => {
    const { found, there } = loadOne(rulesOf(text));
    expect(found).toContain('error');
    expect(there).toBe(false);
  });
});

describe('§6.1 a rule is skipped, and the others stay, with', () => {
  const composite = (inner: string): string => rule(101, 3, inner, 'frequency="3"');
  it.each([
    ['an unknown parent', '<rule id="101" level="3"><if_sid>999</if_sid><description>d</description></rule>'],
    [
      'a parent that comes later',
      `<rule id="101" level="3"><if_sid>102</if_sid><description>d</description></rule>${rule(102, 3, '')}`,
    ],
    [
      'if_sid that is no number',
      '<rule id="101" level="3"><if_sid>100,abc</if_sid><description>d</description></rule>',
    ],
    ['if_level that is no number', rule(101, 3, '<if_level>high</if_level>')],
    ['if_level 0', '<rule id="101" level="3"><if_level>0</if_level><description>d</description></rule>'],
    ['if_matched_sid that is no number', composite('<if_matched_sid>abc</if_matched_sid>')],
    [
      'a group that no rule has',
      '<rule id="101" level="3"><if_group>nobody</if_group><description>d</description></rule>',
    ],
    ['a list that is not configured', rule(101, 3, '<list field="srcip" lookup="match_key">etc/lists/none</list>')],
  ])('%s', (_what, text) => {
    const { found, there } = loadOne(rulesOf(text));
    expect(found).toEqual(['warning']);
    expect(there).toBe(false);
  });

  it('an id that exists: the first stays', () => {
    expect(loadOne(rulesOf(rule(101, 3, '') + rule(101, 5, '')))).toEqual({ found: ['warning'], there: true });
  });
});

describe('§6.1 a rule is taken with', () => {
  it.each([
    ['the deprecated same_agent', rule(101, 3, '<same_agent /><not_same_agent />'), ['warning', 'warning']],
    ['an unknown pattern type', rule(101, 3, '<match type="glob">x</match>'), ['warning']],
    ['a type in capitals', rule(101, 3, '<match type="PCRE2">(?=x)</match>'), []],
    ['elements that have no effect', rule(101, 3, '<check_if_ignored>srcip</check_if_ignored><ignore>id</ignore>'), []],
    ['a pattern of 2,047 bytes', rule(101, 3, `<match>${'m'.repeat(2047)}</match>`), []],
    ['a pattern that is too long, which is left out', rule(101, 3, `<match>${'m'.repeat(2048)}</match>`), ['warning']],
    ['overwrite of an id that does not exist', rule(101, 3, '', 'overwrite="yes"'), []],
  ])('%s', (_what, text, expected) => {
    expect(loadOne(rulesOf(text))).toEqual({ found: expected, there: true });
  });
});

describe('§6.1 group', () => {
  const groupsOf = (name: string, inner: string): unknown =>
    startPairs(
      `<group name="${name}"><rule id="101" level="3">${inner}<description>d</description></rule></group>`,
    ).process(messageOf('kv'))?.alert.rule;

  it('is joined without a comma, newlines removed, not trimmed', () => {
    expect(groupsOf('a', '<group>b, c,\n</group><group>d,,pci_dss_1.1,pci_dss_1.2,gdpr_IV,e</group>')).toMatchObject({
      groups: ['ab', ' c', 'd', 'e'],
      pci_dss: ['1.1', '1.2'],
      gdpr: ['IV'],
    });
  });

  it('shows its compliance arrays in order of first appearance, after the groups', () => {
    const schemes = 'tsc_a,nist_800_53_b,hipaa_c,gpg13_d,gdpr_e,cis_f,pci_dss_g,tsc_h,';
    const shown = groupsOf('x,', `<group>${schemes}</group>`) as Record<string, unknown>;
    expect(Object.keys(shown).slice(-8)).toEqual([
      ...['groups', 'tsc', 'nist_800_53', 'hipaa', 'gpg13', 'gdpr', 'cis', 'pci_dss'],
    ]);
    expect(shown.tsc).toEqual(['a', 'h']);
  });

  it('shows nothing beyond 1,023 bytes', () => {
    expect(groupsOf('x,', `<group>${'y'.repeat(1020)},z,</group>`)).toMatchObject({ groups: ['x', 'y'.repeat(1020)] });
  });

  it('is an empty array where there is none', () => {
    expect(groupsOf('', '')).toMatchObject({ groups: [] });
  });
});

describe('§6.3 description', () => {
  const shown = (description: string, log = 'kv'): string | undefined =>
    startPairs(`<group name="t,"><rule id="101" level="3">${description}</rule></group>`).process(messageOf(log))?.alert
      .rule.description;

  it('joins its pieces; the first newline of each is a space, and nothing is trimmed', () => {
    expect(shown('<description> a\nb\nc </description><description>\nd</description>')).toBe(' a b\nc  d');
  });

  it('fills in fields, program and host; what is not there is empty', () => {
    const log = 'kv srcip=192.0.2.1 dstuser=bob key=Kv';
    expect(
      shown('<description>$(srcip)|$(KEY)|$(url)|$(nothing)|$(user)|$(hostname)|$(program_name)</description>', log),
    ).toBe('192.0.2.1|Kv||||mgr|');
  });

  it('keeps a field that is not closed, as it is written', () => {
    expect(shown('<description>a $(srcip) b $(srcip</description>', 'kv srcip=1.1.1.1')).toBe('a 1.1.1.1 b $(srcip');
  });

  it('is the raw text where it would have 1,024 bytes', () => {
    const description = '<description>$(key)</description>';
    expect(shown(description, `kv key=${'k'.repeat(1023)}`)).toBe('k'.repeat(1023));
    expect(shown(description, `kv key=${'k'.repeat(1024)}`)).toBe('$(key)');
  });
});

describe('§6.3 options, info and cve', () => {
  const detect = (level: number, inner: string) =>
    startPairs(rulesOf(rule(101, level, inner))).process(messageOf('kv'));

  it('are joined texts in the alert', () => {
    const info = '<info type="text">a</info><info type="link">b</info><info>c</info><cve>X</cve><cve>Y</cve>';
    expect(detect(3, info)?.alert.rule).toMatchObject({ info: 'abc', cve: 'XY' });
  });

  it.each([
    [12, '', true, true],
    [11, '', false, true],
    [2, '', false, false],
    [3, '<options>alert_by_email</options>', true, true],
    [12, '<options>no_email_alert</options>', false, true],
    [2, '<options>log_alert</options>', false, true],
    [12, '<options>no_log</options>', true, false],
  ])('at level %i with %j: mail %s, logged %s', (level, inner, mail, logged) => {
    expect(detect(level, inner)).toMatchObject({ logged, alert: { rule: { mail } } });
  });

  it('leave out the full log, the counter and responses', () => {
    expect(detect(3, '<options>no_full_log</options>')?.alert.full_log).toBeUndefined();
    expect(detect(3, '<options>no_counter</options>')?.alert.rule).not.toHaveProperty('firedtimes');
    expect(detect(3, '<options>no_ar</options>')?.rule.noActiveResponse).toBe(true);
  });
});
