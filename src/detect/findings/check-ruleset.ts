// Everything that is wrong with a ruleset: what its loader tells, and what can never happen in it.
import { type LoadInput, type LoadResult, loadRuleset } from '../load.ts';
import { findDeadDecoders } from './dead-decoders.ts';
import { findDeadRules, findMisusedTemplates } from './dead-rules.ts';
import { type Finding, warnAt } from './finding.ts';
import { namedLists, type RuleElements, readRuleElements, ruleAt } from './rule-elements.ts';

export interface RulesetCheck {
  /** File by file, from top to bottom. */
  readonly findings: readonly Finding[];
  readonly counts: LoadResult['counts'];
  /** Those of the findings that are about rules which can never fire. */
  readonly deadRules: readonly Finding[];
  /** Undefined where there is an error. */
  readonly ruleset: LoadResult['ruleset'];
}

export interface CheckInput extends LoadInput {
  /** Lists that a configuration names one by one, so that one which no rule uses is worth telling. */
  readonly listsAreChosen: boolean;
}

export function checkRuleset(input: CheckInput): RulesetCheck {
  const { ruleset, problems, counts } = loadRuleset(input);
  const elements = readRuleElements(input.files, input.disk);
  const told = problems.map((problem): Finding => {
    const rule = ruleAt(elements, problem.position);
    return rule === undefined || rule.id === '' ? problem : { ...problem, rule: rule.id };
  });
  const unused = input.listsAreChosen ? findUnusedLists(input, elements) : [];
  const deadRules = ruleset === undefined ? [] : findDeadRules(ruleset, elements);
  const found =
    ruleset === undefined
      ? []
      : [...findDeadDecoders(ruleset.decoders), ...findMisusedTemplates(ruleset.rules), ...deadRules];
  // What the loader has told of a rule is not told twice.
  const places = new Set(told.map(placeOf));
  const more = found.filter((finding) => !places.has(placeOf(finding)));
  return { findings: sortByFile([...told, ...unused, ...more]), deadRules, counts, ruleset };
}

function placeOf({ position: { file, line, column } }: Finding): string {
  return `${file}:${line}:${column}`;
}

function findUnusedLists({ files, disk }: CheckInput, elements: RuleElements): readonly Finding[] {
  const named = namedLists(elements);
  return files.lists
    .filter((path) => disk.read(path) !== undefined && !named.has(path) && !named.has(`${path}.cdb`))
    .map((file) => warnAt({ file, line: 1, column: 1 }, `No rule uses the list ${file}.`));
}

/** Files in the order in which they are first spoken of. */
function sortByFile(findings: readonly Finding[]): readonly Finding[] {
  const order = [...new Set(findings.map(({ position }) => position.file))];
  const rank = ({ position }: Finding): number => order.indexOf(position.file);
  return [...findings].sort(
    (a, b) => rank(a) - rank(b) || a.position.line - b.position.line || a.position.column - b.position.column,
  );
}
