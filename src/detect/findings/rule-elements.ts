// The rule files once more, as they are written: whose problem a place in them is, and what a rule asks for, as text.
import { type DialectElement, parseDialect } from '../../config/dialect.ts';
import type { Position } from '../../config/position.ts';
import { applyVariables } from '../../config/variables.ts';
import { attributeOf } from '../pattern-element.ts';
import type { RulesetDisk, RulesetFiles } from '../ruleset-files.ts';

export interface RuleElement {
  readonly id: string;
  readonly element: DialectElement;
}

/** Of each rule file that can be read, its rules from top to bottom. */
export type RuleElements = ReadonlyMap<string, readonly RuleElement[]>;

export function readRuleElements(files: Pick<RulesetFiles, 'rules'>, disk: RulesetDisk): RuleElements {
  return new Map(
    files.rules.map((path) => {
      const { roots } = applyVariables(parseDialect(disk.read(path) ?? '', path));
      const rules = roots
        .flatMap((root) => root.children)
        .filter(({ name }) => name.toLowerCase() === 'rule')
        .map((element) => ({ id: attributeOf(element, 'id')?.replace(/^0+(?=\d)/, '') ?? '', element }));
      return [path, rules];
    }),
  );
}

/** The rule that a place in a rule file belongs to. */
export function ruleAt(elements: RuleElements, { file, line, column }: Position): RuleElement | undefined {
  return elements
    .get(file)
    ?.findLast(
      ({ element: { position } }) => position.line < line || (position.line === line && position.column <= column),
    );
}

/** Lists that rules name, as they name them. */
export function namedLists(elements: RuleElements): ReadonlySet<string> {
  const lists = [...elements.values()]
    .flat()
    .flatMap(({ element }) => element.children.filter(({ name }) => name.toLowerCase() === 'list'));
  return new Set(lists.map(({ content }) => content));
}

/** Options that do not decide whether the rule holds. */
const noConditions = new Set([
  'description',
  'group',
  'info',
  'cve',
  'options',
  'mitre',
  'if_sid',
  'if_group',
  'if_level',
  'decoded_as',
  'category',
  'ignore',
  'check_if_ignored',
]);

/** Options whose pieces are one pattern, or one list of addresses. */
const separate = new Set(['field', 'list', 'compiled_rule', 'time', 'weekday']);

/**
 * What a rule asks for besides its decoder, one text for each condition; undefined where that depends on more than the event: earlier events, files.
 */
export function conditionTexts(element: DialectElement): readonly string[] | undefined {
  const texts: string[] = [];
  const joined = new Map<string, DialectElement[]>();
  for (const option of element.children) {
    const name = option.name.toLowerCase();
    if (noConditions.has(name)) continue;
    if (
      /^(if_matched_|if_fts|check_diff|same_|not_same_|different_|not_different_|global_frequency|srcgeoip|dstgeoip)/.test(
        name,
      )
    )
      return undefined;
    if (separate.has(name)) texts.push(textOf(name, [option]));
    else joined.set(name, [...(joined.get(name) ?? []), option]);
  }
  for (const [name, options] of joined) texts.push(textOf(name, options));
  if (texts.filter((text) => text.startsWith('["list"')).length > 2) return undefined;
  const size = attributeOf(element, 'maxsize');
  return size === undefined ? texts : [...texts, textOf('maxsize', []) + size];
}

function textOf(name: string, options: readonly DialectElement[]): string {
  const attributes = (options.at(-1)?.attributes ?? [])
    .map((attribute) => [attribute.name.toLowerCase(), attribute.value])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return JSON.stringify([name, attributes, options.map(({ content }) => content)]);
}
