import { describe, expect, it } from 'vitest';
import { readIniSamples } from '../../../src/detect/samples/ini-samples.ts';
import { findUnsampled, openWindowsRule, runSamples } from '../../../src/detect/samples/run-samples.ts';
import { readYamlSamples } from '../../../src/detect/samples/yaml-samples.ts';
import { loadSmall } from '../small-ruleset.ts';

const { ruleset = expect.unreachable() } = loadSmall({
  decoders: '<decoder name="demo"><program_name>^demo$</program_name></decoder>',
  rules: `<group name="demo,">
<rule id="100" level="3"><decoded_as>demo</decoded_as><match>knock</match><description>d</description></rule>
<rule id="101" level="5" frequency="3" timeframe="60"><if_matched_sid>100</if_matched_sid><description>d</description></rule>
<rule id="102" level="0" noalert="1"><match>never</match><description>d</description></rule>
</group>`,
});
const head = 'Nov 24 06:00:00 host demo: ';

describe('samples as YAML', () => {
  const read = (text: string) => readYamlSamples(text, 's.yaml');
  const run = (text: string) => runSamples(ruleset, read(text).samples);

  it('hold where the last line fires the rule, and where it does not', () => {
    const text = `"100":
  match:
    - "${head}knock"
  no_match:
    - "${head}hello"
101:
  match:
    - { repeat: 3, every: 10, line: "${head}knock" }
    - { lines: [[0, "${head}knock"], [1, "${head}hello"], [2, "${head}knock"], [3, "${head}knock"]] }
  no_match:
    - { repeat: 2, every: 10, line: "${head}knock" }
    - { repeat: 3, every: 100, line: "${head}knock" }
`;
    expect(run(text)).toEqual([]);
    expect(read(text).samples).toHaveLength(6);
    expect(findUnsampled(ruleset, read(text).samples).map(({ id }) => id)).toEqual(['1']);
  });

  it('fail with the place of the session, and with what happened instead', () => {
    const text = `"100":
  match:
    - "${head}hello"
    - "${head}knock"
  no_match:
    - x
"101":
  match: ["${head}knock"]
  no_match:
    - "y"
    - { repeat: 3, every: 10, line: "${head}knock" }
"999":
  match: [x]
  no_match: [y]
`;
    expect(
      run(text).map(({ position: { file, line, column }, rule, message }) => [
        `${file}:${line}:${column}`,
        rule,
        message,
      ]),
    ).toEqual([
      ['s.yaml:3:7', '100', 'rule 100 does not fire: rule 1 does.'],
      ['s.yaml:8:11', '101', 'rule 101 does not fire: rule 100 does.'],
      ['s.yaml:11:7', '101', 'rule 101 fires, and it must not.'],
      ['s.yaml:13:11', '999', 'there is no rule 999.'],
    ]);
  });

  it.each([
    ['- x', 1, 'a file of samples is a map of rule ids'],
    ['"100":\n  match: [x]\nsshd:\n  match: [x]\n  no_match: [x]', 1, 'needs match and no_match'],
    ['sshd:\n  match: [x]\n  no_match: [x]', 1, '"sshd" is not the id of a rule.'],
    ['"100":\n  match: [x]\n  no_match: []', 3, 'needs match and no_match'],
    ['"100":\n  match: [x]\n  no_match: [x]\n  more: 1', 1, 'needs match and no_match and nothing else'],
    ['"100":\n  no_match: [x]\n  match:\n    - x\n    - { repeat: 0, every: 1, line: x }', 5, 'a session is one line'],
    ['"100":\n  match: [x]\n  no_match: [x]\n"100": 1', 4, 'unique'],
    ['"100": [', 1, ''],
  ])('that are wrong are refused with their place: %j', (text, line, message) => {
    const { samples, problems } = read(text);
    expect(samples).toEqual([]);
    expect(problems[0]).toMatchObject({ severity: 'error', position: { file: 's.yaml', line } });
    expect(problems[0]?.message).toContain(message);
  });

  it('may be none', () => {
    expect(read('')).toEqual({ samples: [], problems: [] });
  });
});

describe("samples in the form of Wazuh's tests", () => {
  const run = (text: string) => {
    const { samples, problems } = readIniSamples(text, 't.ini');
    expect(problems).toEqual([]);
    return runSamples(ruleset, samples).map(({ position, message }) => [position.line, message]);
  };

  it('hold where rule, level and decoder are as expected, or are not and are to fail', () => {
    expect(
      run(`; a comment
[knock: once]
log 1 pass = ${head}knock
LOG 2 FAIL: ${head}hello
rule = 100
alert = 3
decoder = demo

[three times]
log 1 pass = ${head}knock
log 1 pass = ${head}knock
log 1 pass = ${head}knock
log 2 pass = ${head}knock
  ${head}knock

  ${head}knock
rule = 101
alert = 5
decoder = demo
`),
    ).toEqual([]);
  });

  it('fail with the place of their first line', () => {
    expect(
      run(`[one]
rule = 101
alert = 3
decoder = demo
log 1 pass = ${head}knock

[two]
log 1 fail = ${head}knock
log 2 = ${head}hello
rule = 100
alert = 3
decoder = demo
[nothing expected]
log 1 pass = ${head}hello
decoder = demo
`),
    ).toEqual([
      [5, 'expected rule 101 at level 3 with the decoder demo; got rule 100 at level 3 with the decoder demo.'],
      [8, 'this must not give rule 100 at level 3 with the decoder demo, and it does.'],
      [9, 'expected rule 100 at level 3 with the decoder demo; got rule 1 at level 0 with the decoder demo.'],
      [14, 'expected no rule with the decoder demo; got rule 1 at level 0 with the decoder demo.'],
    ]);
  });

  it('of a section that comes again are gone on with', () => {
    const { samples } = readIniSamples('[a]\nlog 1 pass = x\n[b]\nrule = 2\n[a]\nlog 1 pass = y\nrule = 1\n', 't.ini');
    expect(samples).toMatchObject([
      {
        rule: '1',
        lines: [
          [0, 'x'],
          [0, 'y'],
        ],
        position: { line: 2 },
      },
    ]);
  });

  it.each([
    ['rule = 1\n', 1, 'stands before the first [section]'],
    ['[a]\nrubbish\n', 2, 'neither "[section]" nor "name = value"'],
  ])('that are wrong are refused with their place: %j', (text, line, message) => {
    expect(readIniSamples(text, 't.ini')).toMatchObject({
      samples: [],
      problems: [{ position: { file: 't.ini', line }, message: expect.stringContaining(message) }],
    });
  });

  it('want the rule of the Windows event channel to take JSON lines', () => {
    const text =
      '<rule id="60000" level="0"><category>ossec</category><decoded_as>windows_eventchannel</decoded_as></rule><rule id="1"><category>x</category></rule>';
    expect(openWindowsRule(text)).toBe(
      '<rule id="60000" level="0"><decoded_as>json</decoded_as></rule><rule id="1"><category>x</category></rule>',
    );
    expect(openWindowsRule('<rule id="1">')).toBe('<rule id="1">');
  });
});
