// Samples in the form of Wazuh's own tests (`ruleset/testing/tests/*.ini`). // spec ruleset §12
import type { Position, Problem } from '../../config/position.ts';
import type { LogtestResult } from '../logtest-result.ts';
import type { Sample } from './sample.ts';
import type { ReadSamples } from './yaml-samples.ts';

interface Option {
  readonly position: Position;
  readonly values: string[];
}

/** Sections by name, their options by lower-case name; one that comes again is gone on with. */
type Sections = Map<string, Map<string, Option>>;

const expectations = ['rule', 'alert', 'decoder'] as const;

export function readIniSamples(text: string, file: string): ReadSamples {
  const problems: Problem[] = [];
  const sections = readSections(text, file, problems);
  if (problems.length > 0) return { samples: [], problems };
  const samples = [...sections.values()].flatMap((options) => {
    const [rule, alert, decoder] = expectations.map((name) => textOf(options.get(name)));
    const expected = [rule ?? '', alert ?? '', decoder ?? ''];
    return [...options]
      .filter(([name]) => !(expectations as readonly string[]).includes(name))
      .map(([name, option]) => toSample(expected, !name.endsWith('fail'), option));
  });
  return { samples, problems: [] };
}

function textOf(option: Option | undefined): string {
  return (option?.values ?? []).join('\n').trim();
}

function readSections(text: string, file: string, problems: Problem[]): Sections {
  const sections: Sections = new Map();
  let section: Map<string, Option> | undefined;
  let option: Option | undefined;
  let optionIndent = 0;
  const refuse = (position: Position, message: string): void => {
    problems.push({ severity: 'error', position, message });
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    const indent = line.length - line.trimStart().length;
    const position = { file, line: index + 1, column: indent + 1 };
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue;
    if (option !== undefined && indent > optionIndent) {
      option.values.push(trimmed);
      continue;
    }
    const header = /^\[(.+)\]/.exec(trimmed)?.[1];
    if (header !== undefined) {
      section = sections.get(header) ?? new Map<string, Option>();
      sections.set(header, section);
      option = undefined;
      continue;
    }
    const [, name, value] = /^(.*?)\s*[=:]\s*(.*)$/.exec(trimmed) ?? [];
    if (name === undefined || value === undefined) refuse(position, 'this is neither "[section]" nor "name = value".');
    else if (section === undefined) refuse(position, `"${name}" stands before the first [section].`);
    else {
      option = section.get(name.toLowerCase()) ?? { position, values: [] };
      option.values.push(value);
      section.set(name.toLowerCase(), option);
      optionIndent = indent;
    }
  }
  return sections;
}

/** As the original judges: what is to pass must be as expected, and nothing that is expected may be empty. */
function toSample(expected: readonly string[], fires: boolean, { position, values }: Option): Sample {
  const lines = values
    .join('\n')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const judge = (result: LogtestResult): string | undefined => {
    const got = [result.rule?.id ?? '', String(result.rule?.level ?? ''), result.decoder.name ?? ''];
    const passes = got.join('\n') === expected.join('\n') && !expected.includes('');
    if (passes === fires) return undefined;
    return fires
      ? `expected ${describe(expected)}; got ${describe(got)}.`
      : `this must not give ${describe(expected)}, and it does.`;
  };
  return { rule: expected[0] ?? '', fires, lines: lines.map((line) => [0, line]), location: 'stdin', position, judge };
}

function describe([rule = '', level = '', decoder = '']: readonly string[]): string {
  const ruleText = rule === '' ? 'no rule' : `rule ${rule} at level ${level}`;
  return `${ruleText} with ${decoder === '' ? 'no decoder' : `the decoder ${decoder}`}`;
}
