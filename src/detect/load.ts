// Decoder, list and rule files → a ruleset that an engine can run. // spec ruleset §3
import { type DialectElement, parseDialect } from '../config/dialect.ts';
import type { Problem } from '../config/position.ts';
import { finishSteps, type Steps } from '../config/steps.ts';
import { applyVariables } from '../config/variables.ts';
import { readDecoder } from './decoders/read.ts';
import { DecoderTree } from './decoders/tree.ts';
import { type KeyList, readKeyList } from './lists/key-list.ts';
import { attributeOf } from './pattern-element.ts';
import { PatternWatch } from './patterns/pattern-watch.ts';
import { Report } from './report.ts';
import { type RuleContext, readRule } from './rules/read.ts';
import { RuleTree } from './rules/tree.ts';
import type { RulesetDisk, RulesetFiles } from './ruleset-files.ts';

export interface Ruleset {
  readonly decoders: DecoderTree;
  readonly rules: RuleTree;
  readonly patternWatch: PatternWatch;
}

export interface LoadInput {
  readonly files: RulesetFiles;
  readonly disk: RulesetDisk;
  readonly logAlertLevel: number;
  readonly emailAlertLevel: number;
  /** Most names in one `<order>`; 256 where absent. */
  readonly decoderOrderSize?: number;
  /** Limits what the patterns may cost, and tells which are slow. */
  readonly patternWatch?: PatternWatch;
}

export interface LoadResult {
  /** Undefined where there is an error. */
  readonly ruleset: Ruleset | undefined;
  readonly problems: readonly Problem[];
  readonly counts: { readonly decoders: number; readonly rules: number; readonly lists: number };
}

const defaultOrderSize = 256;

/** Loads all decoders, then lists, then all rules, and tells every problem at once. */
export function loadRuleset(input: LoadInput): LoadResult {
  return finishSteps(loadRulesetInSteps(input));
}

/** The same, a file at each step: a service has other things to do meanwhile. */
export function* loadRulesetInSteps(input: LoadInput): Steps<LoadResult> {
  const patternWatch = input.patternWatch ?? new PatternWatch();
  const report = new Report(patternWatch);
  for (const path of input.files.missing) {
    report.warn({ file: path, line: 1, column: 1 }, `The directory ${path} cannot be read.`);
  }
  for (const { directory, message } of input.files.wrongPatterns ?? []) {
    report.error({ file: directory, line: 1, column: 1 }, message);
  }
  const decoders = yield* loadDecoders(input, report);
  const lists = yield* loadLists(input, report);
  const { logAlertLevel, emailAlertLevel } = input;
  const rules = yield* loadRules(input, { decoders, lists, logAlertLevel, emailAlertLevel, report });
  return {
    ruleset: report.failed ? undefined : { decoders, rules, patternWatch },
    problems: report.problems,
    counts: { decoders: decoders.count, rules: rules.rules.length, lists: lists.size },
  };
}

/** The root elements of a file, variables filled in. */
function readRoots(path: string, input: LoadInput, report: Report): readonly DialectElement[] {
  const text = input.disk.read(path);
  if (text === undefined) {
    report.warn({ file: path, line: 1, column: 1 }, `The file ${path} cannot be read.`);
    return [];
  }
  const document = applyVariables(parseDialect(text, path));
  report.problems.push(...document.problems);
  for (const problem of document.problems) if (problem.severity === 'error') report.noteError();
  return document.roots.filter((root) => root.name.toLowerCase() !== 'var');
}

function* loadDecoders(input: LoadInput, report: Report): Steps<DecoderTree> {
  const tree = new DecoderTree();
  const orderSize = input.decoderOrderSize ?? defaultOrderSize;
  for (const path of input.files.decoders) {
    for (const root of readRoots(path, input, report)) {
      const decoder = readDecoder(root, orderSize, report);
      if (decoder !== undefined) tree.add(decoder, report);
    }
    yield;
  }
  return tree;
}

function* loadLists(input: LoadInput, report: Report): Steps<ReadonlyMap<string, KeyList>> {
  const lists = new Map<string, KeyList>();
  for (const path of input.files.lists) {
    const text = input.disk.read(path);
    if (text === undefined) report.warn({ file: path, line: 1, column: 1 }, `The list ${path} cannot be read.`);
    else lists.set(path, readKeyList(text));
    yield;
  }
  return lists;
}

function* loadRules(input: LoadInput, context: RuleContext): Steps<RuleTree> {
  const tree = new RuleTree(context.report);
  for (const path of input.files.rules) {
    for (const root of readRoots(path, input, context.report)) readGroup(root, tree, context);
    yield;
  }
  return tree;
}

function readGroup(root: DialectElement, tree: RuleTree, context: RuleContext): void {
  const { report } = context;
  const [name] = root.attributes;
  if (root.name.toLowerCase() !== 'group') {
    report.error(root.position, `<${root.name}> cannot stand in a rule file; only <group> can.`);
    return;
  }
  if (name === undefined || name.name.toLowerCase() !== 'name' || root.attributes.length > 1) {
    report.error(root.position, '<group> needs a name and no other attribute.');
    return;
  }
  for (const element of root.children) {
    if (element.name.toLowerCase() !== 'rule') {
      report.error(element.position, `<${element.name}> cannot stand in <group>; only <rule> can.`);
      continue;
    }
    const definition = readRule(element, name.value, context);
    if (definition !== undefined) tree.add(definition);
    else tree.noteSkipped(Number(attributeOf(element, 'id')));
  }
}
