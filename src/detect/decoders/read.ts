// A decoder file → decoders, in document order. // spec ruleset §5.1
import type { DialectElement } from '../../config/dialect.ts';
import type { Position } from '../../config/position.ts';
import { nameField } from '../field-names.ts';
import { slot } from '../fields.ts';
import { appendPiece, attributeOf, compilePattern, type PatternText, readKind } from '../pattern-element.ts';
import { type Expression, foldAscii } from '../patterns/expression.ts';
import type { Report } from '../report.ts';
import { categories, type Decoder, type DecoderOffset, type FieldTarget, type PluginName } from './decoder.ts';
import { readFirstSeen } from './first-seen-fields.ts';
import { readOrder } from './order.ts';

const pluginNames: readonly PluginName[] = [
  'PF_Decoder',
  'SymantecWS_Decoder',
  'SonicWall_Decoder',
  'OSSECAlert_Decoder',
  'JSON_Decoder',
];

const offsets: Readonly<Record<string, DecoderOffset>> = {
  after_parent: 'parent',
  after_prematch: 'prematch',
  after_regex: 'regex',
};

class Draft {
  readonly name: string;
  readonly position: Position;
  parent: string | undefined;
  programName: PatternText | undefined;
  prematch: PatternText | undefined;
  prematchOffset: DecoderOffset = 'none';
  regex: PatternText | undefined;
  regexOffset: DecoderOffset = 'none';
  orderText: string | undefined;
  firstSeenText: string | undefined;
  firstSeenComment: string | undefined;
  category = 'syslog';
  useOwnName = false;
  plugin: PluginName | undefined;
  pluginOffset: DecoderOffset = 'none';
  discardNulls = false;
  arraysAsCsv = false;
  accumulate = false;

  constructor(name: string, position: Position) {
    this.name = name;
    this.position = position;
  }
}

export function readDecoder(element: DialectElement, orderSize: number, report: Report): Decoder | undefined {
  const [first, second, third] = element.attributes;
  if (element.name.toLowerCase() !== 'decoder') {
    report.error(element.position, `<${element.name}> cannot stand in a decoder file; only <decoder> can.`);
    return undefined;
  }
  if (first === undefined || first.name.toLowerCase() !== 'name') {
    report.error(element.position, 'The first attribute of <decoder> must be name.');
    return undefined;
  }
  const strange = second !== undefined && second.name.toLowerCase() !== 'status' ? second : third;
  if (strange !== undefined) {
    report.error(strange.position, `<decoder> cannot have ${strange.name}: it has name, and may have status after it.`);
    return undefined;
  }
  const before = report.errorCount;
  const draft = new Draft(first.value, element.position);
  for (const option of element.children) readOption(draft, option, report);
  checkDraft(draft, report);
  const decoder = finishDecoder(draft, orderSize, report);
  return report.errorCount === before ? decoder : undefined;
}

function readOption(draft: Draft, option: DialectElement, report: Report): void {
  const { content } = option;
  switch (option.name.toLowerCase()) {
    case 'parent':
      draft.parent = (draft.parent ?? '') + content;
      return;
    case 'program_name':
      draft.programName = appendPiece(
        draft.programName,
        option,
        readKind(option, 'osmatch', ['osmatch', 'osregex', 'pcre2'], report),
        report,
        'decoder',
      );
      return;
    case 'prematch':
      draft.prematchOffset = readOffset(option, draft.prematch === undefined, draft.prematchOffset, report);
      draft.prematch = appendPiece(draft.prematch, option, regexKind(option, report), report, 'decoder');
      return;
    case 'regex':
      draft.regexOffset = readOffset(option, draft.regex === undefined, draft.regexOffset, report);
      draft.regex = appendPiece(draft.regex, option, regexKind(option, report), report, 'decoder');
      return;
    case 'order':
      draft.orderText = (draft.orderText ?? '') + content;
      return;
    case 'fts':
      draft.firstSeenText = (draft.firstSeenText ?? '') + content;
      return;
    case 'ftscomment':
      draft.firstSeenComment = (draft.firstSeenComment ?? '') + content;
      return;
    case 'type':
      draft.category = readChoice(option, categories, report) ?? draft.category;
      return;
    case 'use_own_name':
      draft.useOwnName = content === 'true';
      return;
    case 'plugin_decoder':
      readPlugin(draft, option, report);
      return;
    case 'json_null_field':
      draft.discardNulls = readChoice(option, ['string', 'discard', 'empty'], report) === 'discard';
      return;
    case 'json_array_structure':
      draft.arraysAsCsv = readChoice(option, ['array', 'csv'], report) === 'csv';
      return;
    case 'accumulate':
      draft.accumulate = true;
      return;
    default:
      report.error(option.position, `<${option.name}> is not an option of a decoder.`);
  }
}

/** Undefined, with an error told, where the content is none of them. */
function readChoice<T extends string>(option: DialectElement, choices: readonly T[], report: Report): T | undefined {
  const choice = choices.find((candidate) => candidate === option.content);
  if (choice === undefined) {
    report.error(option.position, `<${option.name}> cannot be "${option.content}"; one of ${choices.join(', ')} can.`);
  }
  return choice;
}

function regexKind(option: DialectElement, report: Report): 'osregex' | 'pcre2' {
  return readKind(option, 'osregex', ['osregex', 'pcre2'], report) === 'pcre2' ? 'pcre2' : 'osregex';
}

function readPlugin(draft: Draft, option: DialectElement, report: Report): void {
  draft.plugin = readChoice(option, pluginNames, report);
  draft.pluginOffset = readOffset(option, true, 'none', report);
}

function readOffset(option: DialectElement, isFirst: boolean, current: DecoderOffset, report: Report): DecoderOffset {
  const text = attributeOf(option, 'offset');
  if (text === undefined) return current;
  if (!isFirst) {
    report.error(option.position, `Only the first <${option.name}> of a decoder can have an offset.`);
    return current;
  }
  const offset = offsets[text];
  if (offset === undefined) {
    report.warn(option.position, `"${text}" is not an offset (${Object.keys(offsets).join(', ')}); it is ignored.`);
  }
  return offset ?? 'none';
}

function checkDraft(draft: Draft, report: Report): void {
  const refuse = (message: string): void => report.error(draft.position, `Decoder "${draft.name}" ${message}`);
  const isChild = draft.parent !== undefined;
  if (!isChild && draft.prematch === undefined && draft.programName === undefined) {
    refuse('needs a <prematch> or a <program_name>, or a <parent>.');
  }
  if (draft.regex === undefined && (draft.orderText !== undefined || draft.firstSeenText !== undefined)) {
    if (draft.plugin === undefined) refuse('has <order> or <fts> without a <regex>.');
  }
  if (draft.regex !== undefined && draft.orderText === undefined) refuse('has a <regex> without an <order>.');
  if (draft.plugin !== undefined && (draft.regex !== undefined || draft.orderText !== undefined)) {
    refuse('cannot have both a <plugin_decoder> and a <regex> or <order>.');
  }
  if (draft.prematchOffset === 'prematch' || draft.prematchOffset === 'regex') {
    refuse('cannot have this offset on <prematch>; only after_parent.');
  }
  if (draft.pluginOffset === 'regex') refuse('cannot have offset after_regex on <plugin_decoder>.');
  for (const offset of [draft.prematchOffset, draft.regexOffset, draft.pluginOffset]) {
    if (offset === 'parent' && !isChild) refuse('has offset after_parent without a <parent>.');
    if (offset === 'prematch' && draft.prematch === undefined && (isChild || draft.plugin !== undefined)) {
      refuse('has offset after_prematch without a <prematch>.');
    }
  }
}

function finishDecoder(draft: Draft, orderSize: number, report: Report): Decoder {
  const compile = (element: string, pattern: PatternText | undefined, captures: boolean): Expression | undefined =>
    pattern === undefined
      ? undefined
      : compilePattern(pattern, `decoder "${draft.name}", <${element}>`, report, { captures });
  const names = draft.orderText === undefined ? [] : readOrder(draft.orderText, draft.position, orderSize, report);
  const order = names.map(targetOf);
  return {
    name: draft.name,
    id: 0,
    ownName: draft.name,
    parent: draft.parent,
    position: draft.position,
    programName: draft.parent === undefined ? compile('program_name', draft.programName, false) : undefined,
    prematch: compile('prematch', draft.prematch, false),
    prematchAfterParent: draft.prematchOffset === 'parent',
    regex: compile('regex', draft.regex, true),
    regexOffset: draft.regexOffset,
    order,
    firstSeen:
      draft.firstSeenText === undefined ? undefined : readFirstSeen(draft.firstSeenText, order, draft.position, report),
    firstSeenComment: draft.firstSeenComment,
    category: draft.category,
    useOwnName: draft.useOwnName,
    plugin: draft.plugin,
    pluginOffset: draft.pluginOffset,
    discardNulls: draft.discardNulls,
    arraysAsCsv: draft.arraysAsCsv,
    accumulate: draft.accumulate,
  };
}

function targetOf(name: string): FieldTarget {
  const staticSlot = name === 'user' ? slot.dstuser : (slot as Readonly<Record<string, number>>)[name];
  return { name, folded: nameField(foldAscii(name)), slot: staticSlot ?? -1 };
}
