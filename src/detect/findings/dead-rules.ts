// Rules that can never fire, whatever the events are. Only what is certain. // spec ruleset §7
import type { DecoderTree } from '../decoders/tree.ts';
import type { Ruleset } from '../load.ts';
import type { Rule } from '../rules/rule.ts';
import { lastTemplateId, type RuleNode, type RuleTree } from '../rules/tree.ts';
import { type EventDecoders, listEventDecoders } from './event-decoders.ts';
import { type Finding, warnAt } from './finding.ts';
import { conditionTexts, type RuleElements, ruleAt } from './rule-elements.ts';

/** What is known of the events that reach a place in the tree. */
interface Reach {
  readonly category: string;
  /** Undefined: any decoder. */
  readonly decoder: number | undefined;
}

/** Undefined: the rule can fire there. */
type Reason = string | undefined;

export function findDeadRules(ruleset: Ruleset, elements: RuleElements): readonly Finding[] {
  return new Search(ruleset, elements).run();
}

class Search {
  private readonly decoders: DecoderTree;
  private readonly rules: RuleTree;
  private readonly eventDecoders: EventDecoders;
  private readonly elements: RuleElements;
  private reasons = new Map<Rule, Reason>();
  private dead: ReadonlySet<Rule> = new Set();
  private readonly shadowReasons = new Map<RuleNode, Reason>();
  private readonly texts = new Map<Rule, ReadonlySet<string> | undefined>();

  constructor({ decoders, rules }: Ruleset, elements: RuleElements) {
    this.decoders = decoders;
    this.rules = rules;
    this.elements = elements;
    this.eventDecoders = listEventDecoders(decoders);
  }

  run(): readonly Finding[] {
    let before: number;
    // Again while there are more: what waits for a dead rule is dead.
    do {
      before = this.dead.size;
      this.visitAll();
      this.dead = new Set(this.rules.rules.filter((rule) => this.reasons.get(rule) !== undefined));
    } while (this.dead.size > before);
    return this.rules.rules.flatMap((rule) => {
      const reason = this.reasons.get(rule);
      if (reason === undefined) return [];
      return [warnAt(rule.definition.position, `Rule ${rule.id} can never fire: ${reason}.`, rule.id)];
    });
  }

  private visitAll(): void {
    this.reasons = new Map();
    for (const [index, node] of this.rules.top.entries()) {
      const { category } = node.rule.definition;
      const same = this.rules.top.slice(0, index).filter(({ rule }) => rule.definition.category === category);
      this.visit(node, { category, decoder: undefined }, same, undefined);
    }
  }

  /** A rule can fire where one of its places can be reached. */
  private visit(node: RuleNode, reach: Reach, before: readonly RuleNode[], ofParent: Reason): void {
    const { rule, children } = node;
    const decoder = rule.definition.decodedAs ?? reach.decoder;
    const reason = ofParent ?? this.ownReason(rule) ?? this.decoderReason(rule, reach) ?? this.shadowOf(node, before);
    if (!this.reasons.has(rule) || reason === undefined) this.reasons.set(rule, reason);
    const forChildren = reason === undefined ? undefined : `its parent ${rule.id} can never hold`;
    for (const [index, child] of children.entries()) {
      this.visit(child, { ...reach, decoder }, children.slice(0, index), forChildren);
    }
  }

  private ownReason({ source, definition }: Rule): Reason {
    if (source === undefined) return undefined;
    const { matchedSid, matchedGroup } = definition.parents;
    if (source.kind === 'nothing') return 'no rule is remembered for it';
    if (matchedSid !== undefined) {
      const other = this.rules.findRule(Number(matchedSid.trim()));
      if (other === undefined) return undefined;
      const named = `rule ${other.id}, which its if_matched_sid names,`;
      if (other.definition.level === 0) return `${named} has level 0, and what fires at level 0 is not remembered`;
      return this.dead.has(other) ? `${named} can never fire` : undefined;
    }
    if (matchedGroup === undefined || source.kind !== 'list') return undefined;
    const isFed = this.rules.rules.some(({ groupLists, definition: other }) => {
      return other.level > 0 && groupLists.includes(source.list);
    });
    return isFed ? undefined : `no rule before it that is remembered has the group "${matchedGroup}"`;
  }

  private decoderReason({ definition }: Rule, reach: Reach): Reason {
    const { decodedAs } = definition;
    if (decodedAs === undefined) return undefined;
    const name = (id: number): string => `"${this.decoders.nameOf(id) ?? id}"`;
    if (reach.decoder !== undefined && reach.decoder !== decodedAs) {
      return `it asks for the decoder ${name(decodedAs)}, and a parent for ${name(reach.decoder)}`;
    }
    if (!this.eventDecoders.has(decodedAs)) {
      return `no event has the decoder ${name(decodedAs)}, for a child takes the name of its parent, and one without a prematch leaves it to its parent`;
    }
    const categories = this.eventDecoders.get(decodedAs);
    if (categories === undefined || categories.has(reach.category)) return undefined;
    return `it hangs below the category ${reach.category}, and events of the decoder ${name(decodedAs)} have ${[...categories].join(', ')}`;
  }

  private shadowOf(node: RuleNode, before: readonly RuleNode[]): Reason {
    if (!this.shadowReasons.has(node)) this.shadowReasons.set(node, this.findShadow(node.rule, before));
    return this.shadowReasons.get(node);
  }

  /** A sibling that holds whenever this rule does, and is tried first. */
  private findShadow(rule: Rule, before: readonly RuleNode[]): Reason {
    const shadow = before.find(({ rule: other }) => this.shadows(other, rule));
    if (shadow === undefined) return undefined;
    const { level } = shadow.rule.definition;
    return `rule ${shadow.rule.id}, of level ${level}, asks for the same or less and is tried before it`;
  }

  private shadows(first: Rule, later: Rule): boolean {
    const { noAlert, decodedAs } = first.definition;
    if (noAlert || first.source !== undefined) return false;
    if (decodedAs !== undefined && decodedAs !== later.definition.decodedAs) return false;
    const needed = this.textsOf(first);
    const given = this.textsOf(later);
    if (needed === undefined) return false;
    return needed.size === 0 || (given !== undefined && [...needed].every((text) => given.has(text)));
  }

  private textsOf(rule: Rule): ReadonlySet<string> | undefined {
    if (this.texts.has(rule)) return this.texts.get(rule);
    const found = ruleAt(this.elements, rule.definition.position);
    const texts = found === undefined ? undefined : conditionTexts(found.element);
    const set = texts && new Set(texts);
    this.texts.set(rule, set);
    return set;
  }
}

/** Rules of low ids are templates of categories: they hang nowhere. */
export function findMisusedTemplates(rules: RuleTree): readonly Finding[] {
  return rules.rules
    .filter(({ definition: { id, parents } }) => {
      return id <= lastTemplateId && Object.values(parents).some((parent) => parent !== undefined);
    })
    .map(({ id, definition }) =>
      warnAt(
        definition.position,
        `Rule ${id} is a template of a category, as all with ids up to ${lastTemplateId}: its if_… options have no effect. Give it an id from 100000 on.`,
        id,
      ),
    );
}
