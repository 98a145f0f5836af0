import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRuleset } from '../../../src/detect/findings/check-ruleset.ts';
import { chooseRulesetFiles } from '../../../src/detect/ruleset-files.ts';
import { readRecordings, referenceData } from '../reference.ts';

const templates = `<group name="templates,">
<rule id="1" level="0"><category>syslog</category><description>d</description></rule>
<rule id="2" level="0"><category>firewall</category><description>d</description></rule>
</group>`;

interface Texts {
  readonly decoders?: string;
  readonly rules?: string;
  readonly lists?: Readonly<Record<string, string | undefined>>;
}

function check({ decoders = '', rules = '', lists = {} }: Texts) {
  const texts: Readonly<Record<string, string | undefined>> = {
    'd.xml': decoders,
    '0.xml': templates,
    'r.xml': rules.includes('<group') || rules === '' ? rules : `<group name="g,">\n${rules}\n</group>`,
    ...lists,
  };
  const { findings } = checkRuleset({
    files: { decoders: ['d.xml'], rules: ['0.xml', 'r.xml'], lists: Object.keys(lists), missing: [] },
    disk: { list: () => undefined, read: (path) => texts[path] },
    logAlertLevel: 3,
    emailAlertLevel: 12,
    listsAreChosen: true,
  });
  return findings.map(({ severity, position: { file, line }, rule, message }) => {
    return `${severity} ${file}:${line} ${rule ?? '-'} ${message}`;
  });
}

const rule = (id: number, level: number, body: string, attributes = ''): string =>
  `<rule id="${id}" level="${level}" ${attributes}>${body}<description>d</description></rule>`;

const decoders = `<decoder name="a"><program_name>^a$</program_name></decoder>
<decoder name="a-child"><parent>a</parent><prematch>^x</prematch></decoder>
<decoder name="own"><parent>a</parent><prematch>^y</prematch><use_own_name>true</use_own_name></decoder>
<decoder name="b"><program_name>^b$</program_name><type>firewall</type></decoder>`;

describe('a rule that can never fire', () => {
  it.each([
    [
      'asks for a decoder that gave up its name',
      rule(100, 3, '<decoded_as>a-child</decoded_as>'),
      'no event has the decoder "a-child"',
    ],
    [
      'asks for another decoder than its parent',
      `${rule(99, 3, '<decoded_as>a</decoded_as>')}\n${rule(100, 3, '<if_sid>99</if_sid><decoded_as>own</decoded_as>')}`,
      'it asks for the decoder "own", and a parent for "a"',
    ],
    [
      'hangs below another category than its decoder gives',
      rule(100, 3, '<decoded_as>b</decoded_as>'),
      'it hangs below the category syslog, and events of the decoder "b" have firewall',
    ],
    [
      'waits for a rule of level 0',
      `${rule(99, 0, '<match>x</match>')}\n${rule(100, 9, '<if_matched_sid>99</if_matched_sid>', 'frequency="3"')}`,
      'rule 99, which its if_matched_sid names, has level 0',
    ],
    [
      'waits for a rule that can never fire',
      `${rule(99, 3, '<decoded_as>a-child</decoded_as>')}\n${rule(98, 3, '<match>x</match>')}\n${rule(100, 9, '<if_matched_sid>99</if_matched_sid><if_sid>98</if_sid>', 'frequency="3"')}`,
      'rule 99, which its if_matched_sid names, can never fire',
    ],
    [
      'waits for a group of which all rules have level 0',
      `<group name="quiet,">${rule(99, 0, '<match>x</match>')}</group>\n<group name="g,">${rule(100, 9, '<if_matched_group>quiet</if_matched_group>', 'frequency="3"')}</group>`,
      'no rule before it that is remembered has the group "quiet"',
    ],
    [
      'has a sibling without conditions before it',
      `${rule(98, 0, '<match>x</match>')}\n${rule(99, 5, '<if_sid>98</if_sid>')}\n${rule(100, 4, '<if_sid>98</if_sid><match>y</match>')}`,
      'rule 99, of level 5, asks for the same or less',
    ],
    [
      'has a sibling of level 0 with fewer conditions before it, whatever comes first in the file',
      `${rule(100, 12, '<match>y</match><srcip>192.0.2.1</srcip><user>root</user>')}\n${rule(101, 0, '<user>root</user><match>y</match>')}`,
      'rule 101, of level 0, asks for the same or less',
    ],
    [
      'has a parent that can never hold',
      `${rule(99, 3, '<decoded_as>a-child</decoded_as>')}\n${rule(100, 3, '<if_sid>99</if_sid><match>y</match>')}`,
      'its parent 99 can never hold',
    ],
    [
      'is a second template',
      `${rule(5, 3, '<category>syslog</category>')}\n${rule(100, 3, '<if_sid>5</if_sid>')}`,
      'its parent 5 can never hold',
    ],
  ])('%s', (_, rules, reason) => {
    const found = check({ decoders, rules }).filter((line) => line.includes(' 100 '));
    expect(found).toEqual([expect.stringMatching(/^warning r\.xml:\d+ 100 Rule 100 can never fire: /)]);
    expect(found[0]).toContain(reason);
  });

  it.each([
    ['a decoder that kept its name', rule(100, 3, '<decoded_as>own</decoded_as>')],
    ['a decoder of another part of Wazuh', rule(100, 3, '<decoded_as>syscheck_new_entry</decoded_as>')],
    ['the category of the decoder', rule(100, 3, '<category>firewall</category><decoded_as>b</decoded_as>')],
    ['a sibling after it', `${rule(100, 5, '<match>y</match>')}\n${rule(101, 5, '<match>y</match><user>x</user>')}`],
    [
      'a sibling that is silent where it has no child',
      `${rule(99, 0, '', 'noalert="1"')}\n${rule(100, 5, '<match>y</match>')}`,
    ],
    [
      'a sibling that counts',
      `${rule(98, 3, '<match>x</match>')}\n${rule(99, 9, '<if_matched_sid>98</if_matched_sid>', 'frequency="3"')}\n${rule(100, 4, '<if_sid>98</if_sid><match>y</match>')}`,
    ],
    ['a sibling that sees each value once', `${rule(99, 9, '<if_fts />')}\n${rule(100, 4, '<match>y</match>')}`],
    [
      'a sibling with another pattern language',
      `${rule(99, 9, '<match type="pcre2">y</match>')}\n${rule(100, 4, '<match>y</match>')}`,
    ],
    [
      'a sibling that asks for the opposite',
      `${rule(99, 9, '<match negate="yes">y</match>')}\n${rule(100, 4, '<match>y</match>')}`,
    ],
    [
      'a sibling whose pattern is a part of its own',
      `${rule(99, 9, '<match>y</match>')}\n${rule(100, 4, '<match>x|</match><match>y</match>')}`,
    ],
    [
      'a sibling for a certain size',
      `${rule(99, 9, '<match>y</match>', 'maxsize="900"')}\n${rule(100, 4, '<match>y</match>')}`,
    ],
    [
      'a second place where it is reached',
      `${rule(97, 3, '<match>p</match>')}\n${rule(98, 3, '<match>q</match>')}\n${rule(99, 9, '<if_sid>97</if_sid>')}\n${rule(100, 4, '<if_sid>97,98</if_sid><match>y</match>')}`,
    ],
    [
      'a group of which one rule is remembered',
      `<group name="loud,">${rule(98, 0, '<match>x</match>')}${rule(99, 3, '<match>y</match>')}</group>\n<group name="g,">${rule(100, 9, '<if_matched_group>loud</if_matched_group>', 'frequency="3"')}</group>`,
    ],
  ])('is not one with %s', (_, rules) => {
    expect(check({ decoders, rules }).filter((line) => line.includes(' 100 '))).toEqual([]);
  });
});

describe('a decoder that is never reached', () => {
  const top = (name: string, body: string): string => `<decoder name="${name}">${body}</decoder>`;
  const program = '<program_name>^a$</program_name>';
  const regex = '<regex>(\\d)</regex><order>id</order>';

  it.each([
    [
      'comes after one with the same program name',
      `${top('x', program)}\n${top('y', `${program}<prematch>^z</prematch>`)}`,
      '"y"',
    ],
    [
      'comes after one with the same prematch',
      `${top('x', '<prematch>^z</prematch>')}\n${top('y', '<prematch>^z</prematch>')}`,
      '"y"',
    ],
    [
      'comes after a sibling without a prematch',
      `${top('x', program)}\n${top('c1', `<parent>x</parent>${regex}`)}\n${top('c2', `<parent>x</parent><prematch>^z</prematch>${regex}`)}`,
      '"c2"',
    ],
    [
      'comes after a sibling with the same prematch',
      `${top('x', program)}\n${top('c1', '<parent>x</parent><prematch>^z</prematch>')}\n${top('c2', '<parent>x</parent><prematch>^z</prematch>')}`,
      '"c2"',
    ],
  ])('%s', (_, text, name) => {
    expect(check({ decoders: text })).toEqual([expect.stringContaining(`Decoder ${name} is never reached: `)]);
    expect(check({ decoders: text })[0]).toMatch(/\(d\.xml:\d\)/);
  });

  it.each([
    ['another program name', `${top('x', program)}\n${top('y', '<program_name>^b$</program_name>')}`],
    [
      'a link of a chain',
      `${top('x', program)}\n${top('c', `<parent>x</parent>${regex}`)}\n${top('c', `<parent>x</parent><regex offset="after_regex">(\\w)</regex><order>url</order>`)}`,
    ],
    [
      'the same prematch in another list',
      `${top('x', `${program}<prematch>^z</prematch>`)}\n${top('y', '<prematch>^z</prematch>')}`,
    ],
    [
      'a second parent of the name, where it is reached',
      `${top('x', '<prematch>^p</prematch>')}\n${top('c1', `<parent>x</parent>${regex}`)}\n${top('x', '<prematch>^q</prematch>')}\n${top('c2', `<parent>x</parent>${regex}`)}`,
    ],
  ])('is not one with %s', (_, text) => {
    expect(check({ decoders: text })).toEqual([]);
  });
});

describe('what a loader tells', () => {
  it('is told with the id of the rule, once', () => {
    expect(
      check({
        rules: `${rule(100, 3, '<match>x</match>')}
${rule(100, 3, '<match>y</match>')}
${rule(102, 3, '<if_sid>4711</if_sid>')}
${rule(103, 3, '<if_sid>102</if_sid>')}
${rule(104, 3, '<list field="user">etc/lists/none</list>')}
${rule(107, 3, '<if_sid>104</if_sid>')}
${rule(105, 9, '<match>z</match><if_matched_sid>4712</if_matched_sid><if_sid>100</if_sid>', 'frequency="3"')}
${rule(6, 3, '<if_sid>100</if_sid><category>firewall</category>')}`,
        lists: { 'etc/lists/unused': 'a:b\n', 'etc/lists/missing': undefined },
      }),
    ).toEqual([
      'warning etc/lists/missing:1 - The list etc/lists/missing cannot be read.',
      'warning r.xml:3 100 Rule 100 exists already; this one is skipped.',
      'warning r.xml:4 102 Rule 102 has the unknown parent 4711.',
      'warning r.xml:5 103 Rule 103 has the parent 102, which is skipped.',
      'warning r.xml:6 104 The list "etc/lists/none" is not configured; rule 104 is skipped.',
      'warning r.xml:7 107 Rule 107 has the parent 104, which is skipped.',
      'warning r.xml:8 105 <if_matched_sid> of rule 105 names no rule: it can never fire.',
      expect.stringContaining('warning r.xml:9 6 Rule 6 is a template of a category'),
      expect.stringContaining('warning r.xml:9 6 Rule 6 can never fire: rule 2'),
      'warning etc/lists/unused:1 - No rule uses the list etc/lists/unused.',
    ]);
  });

  it('that is an error has its place and rule too', () => {
    expect(
      check({
        rules: `<var name="known">x</var>\n<group name="g,">\n${rule(100, 3, '<match>$unknown</match>')}\n</group>`,
      }),
    ).toEqual([expect.stringMatching(/^error r\.xml:3 (100|-) .*unknown/)]);
    expect(check({ rules: rule(100, 3, '<regex>(</regex>') })).toEqual([expect.stringMatching(/^error r\.xml:2 100 /)]);
  });
});

describe.skipIf(referenceData === undefined)("Wazuh's own ruleset", () => {
  const root = join(referenceData ?? '', 'wazuh-4.14.7', 'ruleset');
  const real = (path: string): string => path.replace(/^etc\/lists/, `${root}/lists`).replace(/^ruleset/, root);

  it('has no error, and none of the rules said to be dead has ever fired in a recording', () => {
    const disk = {
      list: (path: string) => (existsSync(real(path)) ? readdirSync(real(path)) : undefined),
      read: (path: string) => (existsSync(real(path)) ? readFileSync(real(path), 'latin1') : undefined),
    };
    const lists = [
      'audit-keys',
      'malicious-ioc/malware-hashes',
      'malicious-ioc/malicious-ip',
      'malicious-ioc/malicious-domains',
      'amazon/aws-eventnames',
    ].map((name) => `etc/lists/${name}`);
    const excludes = { decoderExcludes: [], ruleExcludes: ['0215-policy_rules.xml'] };
    const files = chooseRulesetFiles(
      { decoderDirs: [], ruleDirs: [], decoderIncludes: [], ruleIncludes: [], lists, ...excludes },
      disk,
    );
    const result = checkRuleset({ files, disk, logAlertLevel: 3, emailAlertLevel: 12, listsAreChosen: true });
    expect(result.counts).toEqual({ decoders: 1575, rules: 4510, lists: 5 });
    expect(result.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(result.deadRules.length).toBeLessThan(60);
    const fired = new Set(
      ['corpus.jsonl.gz', 'mutated.jsonl.gz'].flatMap((name) =>
        readRecordings(name).flatMap(({ outs }) => outs.map((out) => (out.rule as { id?: string } | undefined)?.id)),
      ),
    );
    expect(fired.size).toBeGreaterThan(400);
    expect(result.deadRules.filter((finding) => fired.has(finding.rule))).toEqual([]);
  }, 120_000);
});
