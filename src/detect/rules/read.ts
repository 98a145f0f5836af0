// A `<rule>` element → a rule definition. // spec ruleset §6
import type { DialectElement } from '../../config/dialect.ts';
import { toUnicode } from '../bytes.ts';
import type { DecoderTree } from '../decoders/tree.ts';
import { slot } from '../fields.ts';
import type { KeyList } from '../lists/key-list.ts';
import { listCondition, lookups } from '../lists/lookup.ts';
import { attributeOf } from '../pattern-element.ts';
import type { Report } from '../report.ts';
import { AddressList } from './address-list.ts';
import { type RuleAttributes, readAttributes } from './attributes.ts';
import { compiledCondition } from './compiled.ts';
import { differsFromLast, isFirstSeen, onAddress, onMinimumSize, rank } from './conditions.ts';
import { CorrelationDraft, finishCorrelation, readCorrelationOption } from './correlation-options.ts';
import { readDescription } from './description.ts';
import { splitGroups } from './groups.ts';
import { readMitre } from './mitre.ts';
import { compileOsmatch, PatternOptions } from './pattern-options.ts';
import type { Condition, MitreReferences, RuleDefinition } from './rule.ts';
import { readTimeCondition, readWeekdayCondition } from './when.ts';

export interface RuleContext {
  readonly decoders: DecoderTree;
  /** By configured path. */
  readonly lists: ReadonlyMap<string, KeyList>;
  readonly logAlertLevel: number;
  readonly emailAlertLevel: number;
  readonly report: Report;
}

const ruleCategories = ['syslog', 'firewall', 'ids', 'web-log', 'squid', 'windows', 'ossec'];
const infoTypes = ['text', 'link', 'cve', 'osvdb'];
const parentOptions = ['if_sid', 'if_level', 'if_group', 'if_matched_sid', 'if_matched_group', 'if_matched_regex'];
const withoutEffect = ['check_if_ignored', 'ignore'];
/** The original keeps only so many `<list>` of a rule: the last ones. // spec ruleset §7.7 */
const keptLists = 2;

class Draft {
  readonly attributes: RuleAttributes;
  readonly texts = new Map<string, string>();
  readonly patterns = new PatternOptions();
  readonly correlation = new CorrelationDraft();
  readonly addresses = new Map<string, { readonly list: AddressList; negated: boolean }>();
  readonly conditions: Condition[] = [];
  readonly lists: Condition[] = [];
  logged: boolean;
  mail: boolean;
  noActiveResponse = false;
  noFullLog = false;
  noCounter = false;
  decodedAs: number | undefined;
  decodedAsName: string | undefined;
  category = 'syslog';
  mitre: MitreReferences | undefined;
  skipped = false;

  constructor(attributes: RuleAttributes, context: RuleContext) {
    this.attributes = attributes;
    this.logged = context.logAlertLevel <= attributes.level;
    this.mail = context.emailAlertLevel <= attributes.level;
  }

  append(name: string, text: string): void {
    this.texts.set(name, (this.texts.get(name) ?? '') + text);
  }
}

/** Undefined where the rule is skipped or not valid; the report says which. */
export function readRule(element: DialectElement, groupName: string, context: RuleContext): RuleDefinition | undefined {
  const { report } = context;
  const before = report.errorCount;
  const attributes = readAttributes(element, report);
  if (attributes === undefined) return undefined;
  const draft = new Draft(attributes, context);
  for (const option of element.children) readOption(draft, option, context);
  const definition = finishRule(draft, element, groupName, report);
  return draft.skipped || report.errorCount > before ? undefined : definition;
}

function readOption(draft: Draft, option: DialectElement, context: RuleContext): void {
  const { report } = context;
  const name = option.name.toLowerCase();
  if (draft.patterns.read(option, report) || readCorrelationOption(draft.correlation, option, report)) return;
  if (parentOptions.includes(name) || name === 'group' || name === 'cve') draft.append(name, option.content);
  else if (name === 'description') draft.append(name, option.content.replace('\n', ' '));
  else if (name === 'info') readInfo(draft, option, report);
  else if (name === 'options') readFlag(draft, option, report);
  else if (name === 'mitre') draft.mitre = readMitre(draft.mitre, option, report);
  else if (name === 'decoded_as') readDecodedAs(draft, option, context);
  else if (name === 'category') readCategory(draft, option, report);
  else if (name === 'list') readList(draft, option, context);
  else if (!readCondition(draft, option, report) && !withoutEffect.includes(name)) {
    report.error(option.position, `<${option.name}> is not an option of a rule.`);
  }
}

function readInfo(draft: Draft, option: DialectElement, report: Report): void {
  const type = attributeOf(option, 'type') ?? 'text';
  if (!infoTypes.includes(type)) {
    report.error(option.position, `<info type="${type}"> is not one of ${infoTypes.join(', ')}.`);
  } else draft.append('info', option.content);
}

function readFlag(draft: Draft, option: DialectElement, report: Report): void {
  switch (option.content) {
    case 'alert_by_email':
      draft.mail = true;
      return;
    case 'no_email_alert':
      draft.mail = false;
      return;
    case 'log_alert':
      draft.logged = true;
      return;
    case 'no_log':
      draft.logged = false;
      return;
    case 'no_ar':
      draft.noActiveResponse = true;
      return;
    case 'no_full_log':
      draft.noFullLog = true;
      return;
    case 'no_counter':
      draft.noCounter = true;
      return;
    default:
      report.error(option.position, `<options>${option.content}</options> is not known.`);
  }
}

function readDecodedAs(draft: Draft, option: DialectElement, context: RuleContext): void {
  draft.decodedAs = context.decoders.findId(option.content);
  draft.decodedAsName = option.content;
  if (draft.decodedAs === undefined) {
    context.report.error(option.position, `<decoded_as> names the decoder "${option.content}", which does not exist.`);
  }
}

function readCategory(draft: Draft, option: DialectElement, report: Report): void {
  if (ruleCategories.includes(option.content)) draft.category = option.content;
  else report.error(option.position, `"${option.content}" is not a category; one of ${ruleCategories.join(', ')} is.`);
}

function readList(draft: Draft, option: DialectElement, context: RuleContext): void {
  const { report } = context;
  const field = attributeOf(option, 'field');
  const written = attributeOf(option, 'lookup') ?? 'match_key';
  const lookup = lookups.find((name) => name === written);
  if (field === undefined || lookup === undefined) {
    report.error(option.position, `<list> needs a field and a lookup that is one of ${lookups.join(', ')}.`);
    return;
  }
  const list = context.lists.get(option.content) ?? context.lists.get(option.content.replace(/\.cdb$/, ''));
  if (list === undefined) {
    report.warn(
      option.position,
      `The list "${option.content}" is not configured; rule ${draft.attributes.id} is skipped.`,
    );
    draft.skipped = true;
    return;
  }
  const check = attributeOf(option, 'check_value');
  const expression = check === undefined ? undefined : compileOsmatch(check, option.position, report);
  draft.lists.push(listCondition(field, lookup, list, expression));
}

/** True where the element is a condition of its own kind. */
function readCondition(draft: Draft, option: DialectElement, report: Report): boolean {
  const name = option.name.toLowerCase();
  switch (name) {
    case 'srcip':
    case 'dstip':
      readAddress(draft, option, name, report);
      return true;
    case 'time':
      addCondition(draft, option, readTimeCondition(option.content), report);
      return true;
    case 'weekday':
      addCondition(draft, option, readWeekdayCondition(option.content), report);
      return true;
    case 'compiled_rule':
      addCondition(draft, option, compiledCondition(option.content), report);
      return true;
    case 'if_fts':
      draft.conditions.push(isFirstSeen);
      return true;
    case 'check_diff':
      draft.conditions.push(differsFromLast);
      return true;
    default:
      return false;
  }
}

function addCondition(draft: Draft, option: DialectElement, condition: Condition | undefined, report: Report): void {
  if (condition === undefined) report.error(option.position, `<${option.name}> cannot be "${option.content}".`);
  else draft.conditions.push(condition);
}

function readAddress(draft: Draft, option: DialectElement, name: string, report: Report): void {
  const entry = draft.addresses.get(name) ?? { list: new AddressList(), negated: false };
  draft.addresses.set(name, entry);
  entry.negated = attributeOf(option, 'negate')?.toLowerCase() === 'yes';
  if (!entry.list.add(option.content)) {
    report.error(option.position, `"${option.content}" is not an address or network.`);
  }
}

function collectConditions(draft: Draft, report: Report): Condition[] {
  const conditions = [
    ...draft.patterns.finish(draft.attributes.id, report),
    ...draft.conditions,
    ...draft.lists.slice(-keptLists),
  ];
  for (const [name, { list, negated }] of draft.addresses) {
    const source = name === 'srcip';
    conditions.push(onAddress(source ? rank.srcip : rank.dstip, source ? slot.srcip : slot.dstip, list, negated));
  }
  const { minimumSize } = draft.attributes;
  if (minimumSize > 0) conditions.push(onMinimumSize(minimumSize));
  return conditions.sort((a, b) => a.rank - b.rank);
}

function finishRule(draft: Draft, element: DialectElement, groupName: string, report: Report): RuleDefinition {
  const { attributes, texts } = draft;
  const level = texts.get('if_level');
  const parents = {
    sids: texts.get('if_sid'),
    level: level === undefined ? undefined : Number(level),
    group: texts.get('if_group'),
    matchedSid: texts.get('if_matched_sid'),
    matchedGroup: texts.get('if_matched_group'),
    matchedRegex: texts.get('if_matched_regex'),
  };
  const composite = [parents.matchedSid, parents.matchedGroup, parents.matchedRegex].some((text) => text !== undefined);
  if (attributes.frequency !== undefined && !composite) {
    report.error(element.position, `Rule ${attributes.id} has a frequency but no if_matched_sid, _group or _regex.`);
  }
  const rawDescription = texts.get('description');
  if (rawDescription === undefined) report.error(element.position, `Rule ${attributes.id} has no description.`);
  const groupString = (groupName + (texts.get('group') ?? '')).replaceAll('\n', '');
  return {
    ...attributes,
    frequency: attributes.frequency === undefined ? 0 : attributes.frequency - 2,
    groupString,
    description: readDescription(rawDescription ?? ''),
    rawDescription: rawDescription ?? '',
    logged: draft.logged,
    mail: draft.mail,
    noActiveResponse: draft.noActiveResponse,
    noFullLog: draft.noFullLog,
    noCounter: draft.noCounter,
    mitre: draft.mitre,
    decodedAs: draft.decodedAs,
    decodedAsName: draft.decodedAsName,
    category: draft.category,
    conditions: collectConditions(draft, report),
    parents,
    correlation: finishCorrelation(draft.correlation),
    position: element.position,
    shown: { cve: shownText(texts.get('cve')), info: shownText(texts.get('info')), ...splitGroups(groupString) },
  };
}

function shownText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : toUnicode(text);
}
