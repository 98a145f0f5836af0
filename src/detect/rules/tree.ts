// Rules → a tree: where each rule hangs, and in which order siblings are tried. // spec ruleset §7.1

import { compileExpression, type Expression, Subject } from '../patterns/expression.ts';
import type { Report } from '../report.ts';
import { findParentProblem } from './check-parents.ts';
import { CorrelationLists } from './correlation-lists.ts';
import { Rule, type RuleDefinition } from './rule.ts';
import { SiblingIndex } from './sibling-index.ts';

/** The children of a node that the events of one decoder can match, in order. */
export interface Siblings {
  readonly nodes: readonly RuleNode[];
  /** Tells by the event which of them need not be tried. */
  readonly index: SiblingIndex | undefined;
  readonly asksForProgram: boolean;
}

/** One place of a rule in the tree. */
export class RuleNode {
  readonly rule: Rule;
  readonly children: RuleNode[] = [];
  private readonly byDecoder = new Map<number, Siblings>();
  /** By decoder and program; undefined where no child asks for the program. */
  private byProgram: Map<number, Map<string | undefined, Siblings>> | undefined = undefined;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  insert(node: RuleNode): void {
    insertSorted(this.children, node);
  }

  /** Computed at the first event of the kind, when the tree is complete. */
  childrenFor(decoderId: number, programName: string | undefined): Siblings {
    const siblings = this.byDecoder.get(decoderId) ?? this.chooseByDecoder(decoderId);
    return siblings.asksForProgram ? this.childrenOfProgram(siblings, decoderId, programName) : siblings;
  }

  private chooseByDecoder(decoderId: number): Siblings {
    const siblings = makeSiblings(
      this.children.filter(({ rule: { definition } }) => {
        return definition.decodedAs === undefined || definition.decodedAs === decoderId;
      }),
    );
    this.byDecoder.set(decoderId, siblings);
    return siblings;
  }

  private childrenOfProgram(all: Siblings, decoderId: number, programName: string | undefined): Siblings {
    this.byProgram ??= new Map();
    let programs = this.byProgram.get(decoderId);
    if (programs === undefined) {
      programs = new Map();
      this.byProgram.set(decoderId, programs);
    }
    let siblings = programs.get(programName);
    if (siblings === undefined) {
      siblings = makeSiblings(all.nodes.filter(({ rule }) => allowsProgram(rule, programName)));
      if (programs.size >= cachedPrograms) programs.clear();
      programs.set(programName, siblings);
    }
    return siblings;
  }
}

/** Program names come from logs: a flood of new ones must not fill memory. */
const cachedPrograms = 256;

function makeSiblings(nodes: readonly RuleNode[]): Siblings {
  return {
    nodes,
    index: SiblingIndex.of(nodes.map(({ rule }) => rule)),
    asksForProgram: nodes.some(({ rule }) => rule.definition.conditions.some(({ program }) => program !== undefined)),
  };
}

function allowsProgram({ definition }: Rule, programName: string | undefined): boolean {
  return definition.conditions.every(({ program }) => program === undefined || program(programName));
}

/** Level 0 is tried before everything else. */
function weight(definition: RuleDefinition): number {
  if (definition.sortsLast) return -1;
  return definition.level === 0 ? 1000 : definition.level;
}

function insertSorted(siblings: RuleNode[], node: RuleNode): void {
  const own = weight(node.rule.definition);
  let index = siblings.length;
  for (let at = 0; at < siblings.length; at++) {
    const sibling = siblings[at];
    if (sibling !== undefined && weight(sibling.rule.definition) < own) {
      index = at;
      break;
    }
  }
  siblings.splice(index, 0, node);
}

/** Rules of these ids are the templates of the categories. */
export const lastTemplateId = 9;

export class RuleTree {
  readonly top: RuleNode[] = [];
  readonly rules: Rule[] = [];
  readonly lists = new CorrelationLists();
  /** The highest stored frequency: what the memory of events goes by. */
  maxFrequency = 0;
  usesEarlierLogs = false;
  private readonly byId = new Map<number, Rule>();
  private readonly nodesById = new Map<number, RuleNode[]>();
  private readonly nodes: RuleNode[] = [];
  private readonly skipped = new Set<number>();
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  get nodeCount(): number {
    return this.nodes.length;
  }

  findRule(id: number): Rule | undefined {
    return this.byId.get(id);
  }

  add(definition: RuleDefinition): void {
    const existing = this.byId.get(definition.id);
    if (existing !== undefined) {
      if (definition.overwrite) this.overwrite(existing, definition);
      else this.report.warn(definition.position, `Rule ${definition.id} exists already; this one is skipped.`);
      return;
    }
    const problem = findParentProblem(definition.parents);
    if (problem !== undefined) {
      this.report.warn(definition.position, `Rule ${definition.id} is skipped: ${problem}`);
      this.noteSkipped(definition.id);
      return;
    }
    const rule = new Rule(this.rules.length, definition);
    if (!this.place(rule)) {
      this.noteSkipped(definition.id);
      return;
    }
    this.rules.push(rule);
    this.byId.set(definition.id, rule);
    this.maxFrequency = Math.max(this.maxFrequency, definition.frequency);
    this.connect(rule);
  }

  /** A rule that is not loaded: those that name it as their parent are told so. */
  noteSkipped(id: number): void {
    this.skipped.add(id);
  }

  /** The new definition takes the old one's places, parents and list. // spec ruleset §7.5 */
  private overwrite(rule: Rule, definition: RuleDefinition): void {
    const old = rule.definition;
    rule.definition = definition;
    this.maxFrequency = Math.max(this.maxFrequency, definition.frequency);
    const { matchedSid, matchedGroup, matchedRegex } = definition.parents;
    if (matchedSid === undefined && matchedGroup === undefined && matchedRegex === undefined) rule.source = undefined;
    else if (rule.source === undefined) rule.source = { kind: 'nothing' };
    else if (rule.source.kind === 'list') {
      rule.source = this.lists.sourceOf(rule.source.list, definition.correlation);
    }
    const moved = (['sids', 'level', 'group', 'matchedSid', 'matchedGroup'] as const).some(
      (name) => old.parents[name] !== definition.parents[name],
    );
    if (moved) {
      this.report.warn(definition.position, `Overwriting rule ${rule.id} does not change its if_… options.`);
    }
  }

  /** False where no parent was found. */
  private place(rule: Rule): boolean {
    const { id, parents } = rule.definition;
    if (id <= lastTemplateId) {
      this.addNode(rule, undefined);
      return true;
    }
    const hosts = this.findParents(rule, parents);
    for (const host of hosts) this.addNode(rule, host);
    return hosts.length > 0;
  }

  private addNode(rule: Rule, parent: RuleNode | undefined): void {
    const node = new RuleNode(rule);
    if (parent === undefined) insertSorted(this.top, node);
    else parent.insert(node);
    this.nodes.push(node);
    const same = this.nodesById.get(rule.definition.id);
    if (same === undefined) this.nodesById.set(rule.definition.id, [node]);
    else same.push(node);
  }

  private findParents(rule: Rule, parents: RuleDefinition['parents']): readonly RuleNode[] {
    if (parents.sids !== undefined) return this.nodesOfIds(rule, parents.sids);
    if (parents.matchedSid !== undefined && parents.group === undefined) {
      return this.nodesOfIds(rule, parents.matchedSid);
    }
    if (parents.level !== undefined) return this.nodesOfLevel(parents.level);
    const group = parents.group ?? parents.matchedGroup;
    if (group !== undefined) return this.nodesOfGroup(rule, group);
    return this.templateOf(rule);
  }

  private nodesOfIds(rule: Rule, text: string): readonly RuleNode[] {
    const { position } = rule.definition;
    const found: RuleNode[] = [];
    for (const piece of text.split(/[, ]+/)) {
      if (piece === '') continue;
      const nodes = this.nodesById.get(Number(piece));
      if (nodes === undefined) this.report.warn(position, `Rule ${rule.id} has ${this.describeMissing(piece)}.`);
      else found.push(...nodes);
    }
    return found;
  }

  private describeMissing(id: string): string {
    return this.skipped.has(Number(id)) ? `the parent ${id}, which is skipped` : `the unknown parent ${id}`;
  }

  private nodesOfLevel(level: number): readonly RuleNode[] {
    return this.nodes.filter((node) => {
      const own = node.rule.definition.level;
      return own === 0 || own >= level;
    });
  }

  private nodesOfGroup(rule: Rule, group: string): readonly RuleNode[] {
    const pattern = groupPattern(group);
    const found = this.nodes.filter((node) => pattern.test(new Subject(node.rule.definition.groupString)));
    if (found.length === 0) {
      this.report.warn(rule.definition.position, `Rule ${rule.id} is skipped: no rule has the group "${group}".`);
    }
    return found;
  }

  private templateOf(rule: Rule): readonly RuleNode[] {
    const template = this.top.find((node) => node.rule.definition.category === rule.definition.category);
    if (template !== undefined) return [template];
    this.report.warn(
      rule.definition.position,
      `Rule ${rule.id} is skipped: no template rule (ids 1 to 9) has the category ${rule.definition.category}.`,
    );
    return [];
  }

  /** Gives a composite rule the events that it looks for. // spec ruleset §8.1, §8.2 */
  private connect(rule: Rule): void {
    const { parents, correlation, position } = rule.definition;
    if (parents.matchedSid !== undefined) {
      const other = this.byId.get(Number(parents.matchedSid));
      if (other === undefined) {
        this.report.warn(position, `<if_matched_sid> of rule ${rule.id} names no rule: it can never fire.`);
        rule.source = { kind: 'nothing' };
        return;
      }
      if (other.ownList < 0) other.ownList = this.lists.create();
      rule.source = this.lists.sourceOf(other.ownList, correlation);
    } else if (parents.matchedGroup !== undefined) {
      const list = this.lists.create();
      const pattern = groupPattern(parents.matchedGroup);
      for (const node of this.nodes) {
        if (pattern.test(new Subject(node.rule.definition.groupString))) node.rule.groupLists.push(list);
      }
      rule.source = this.lists.sourceOf(list, correlation);
    } else if (parents.matchedRegex !== undefined) this.connectRegex(rule, parents.matchedRegex);
  }

  private connectRegex(rule: Rule, pattern: string): void {
    const owner = { position: rule.definition.position, what: `rule ${rule.id}, <if_matched_regex>` };
    const watch = this.report.patternWatch;
    const compiled = compileExpression('osregex', pattern, { captures: false, watch, owner });
    if (compiled.ok) {
      this.usesEarlierLogs = true;
      rule.source = { kind: 'regex', expression: compiled.expression };
    } else this.report.error(rule.definition.position, `<if_matched_regex> is not valid: ${compiled.error}`);
  }
}

function groupPattern(group: string): Expression {
  const compiled = compileExpression('osmatch', group);
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.expression;
}
