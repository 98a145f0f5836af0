// What the original engine was given and what it handed over, and the facts of the rules it had loaded.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RuleFacts } from '../../src/alert/alert.ts';
import { type DialectElement, parseDialect } from '../../src/config/dialect.ts';

export interface RecordedMessage {
  readonly socket: 'execq' | 'ar';
  readonly name: string;
  readonly agent: string | null;
  readonly extra_args: readonly string[];
}

export interface RecordedEvent {
  readonly agent: string;
  readonly location: string;
  readonly line: string;
  readonly data: Readonly<Record<string, string>>;
  readonly alert: { readonly rule: string; readonly level: number; readonly groups: readonly string[] } | null;
  readonly messages: readonly RecordedMessage[];
}

export interface Recording {
  readonly name: string;
  readonly configuration: string;
  readonly rules: Readonly<Record<string, string>>;
  readonly events: readonly RecordedEvent[];
}

export function readRecordings(folder: string): Recording[] {
  const text = gunzipSync(readFileSync(join(folder, 'recordings', 'decisions.jsonl.gz'))).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recording);
}

export type RuleTable = ReadonlyMap<string, RuleFacts>;

export function readStockRules(folder: string): RuleTable {
  const rules = new Map<string, RuleFacts>();
  const rulesFolder = join(folder, 'wazuh-4.14.7', 'ruleset', 'rules');
  for (const name of readdirSync(rulesFolder).sort()) {
    if (name !== '0215-policy_rules.xml') addRules(rules, readFileSync(join(rulesFolder, name), 'latin1'), name);
  }
  return rules;
}

/** The stock rules with a recording's own on top, as bytes in latin1 text. */
export function addLocalRules(stock: RuleTable, files: Recording['rules']): RuleTable {
  const rules = new Map(stock);
  for (const [name, text] of Object.entries(files)) addRules(rules, Buffer.from(text, 'utf8').toString('latin1'), name);
  return rules;
}

function addRules(rules: Map<string, RuleFacts>, text: string, file: string): void {
  for (const group of parseDialect(text, file).roots) {
    for (const element of group.children) {
      if (element.name !== 'rule') continue;
      const facts = readRule(group, element);
      if (!rules.has(facts.id) || attribute(element, 'overwrite') === 'yes') rules.set(facts.id, facts);
    }
  }
}

function readRule(group: DialectElement, rule: DialectElement): RuleFacts {
  const texts = (name: string) => rule.children.filter((child) => child.name === name).map(({ content }) => content);
  return {
    id: String(Number(attribute(rule, 'id'))),
    level: Number(attribute(rule, 'level')),
    groupString: attribute(group, 'name') + texts('group').join(''),
    noActiveResponse: texts('options').some((options) => options.split(/[\s,]+/).includes('no_ar')),
  };
}

function attribute(element: DialectElement, name: string): string {
  return element.attributes.find((candidate) => candidate.name === name)?.value ?? '';
}
