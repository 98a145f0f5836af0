// Options of rules that are a pattern on one subject. // spec ruleset §4.1, §6.2

import type { DialectElement } from '../../config/dialect.ts';
import type { Position } from '../../config/position.ts';
import { slot } from '../fields.ts';
import { appendPiece, attributeOf, compilePattern, type PatternText, readKind } from '../pattern-element.ts';
import { type Expression, type ExpressionKind, foldAscii, Subject } from '../patterns/expression.ts';
import type { Report } from '../report.ts';
import { never, onDynamic, onLog, onProgram, onSlot, onSubject, onUser, rank } from './conditions.ts';
import type { Condition } from './rule.ts';

const kinds: readonly ExpressionKind[] = ['osregex', 'osmatch', 'pcre2'];

type Maker = (expression: Expression, negated: boolean) => Condition;

const slotMaker =
  (place: number, index: number): Maker =>
  (expression, negated) =>
    onSlot(place, index, expression, negated);

const makers: Readonly<Record<string, Maker>> = {
  match: (expression, negated) => onLog(rank.match, expression, negated),
  regex: (expression, negated) => onLog(rank.regex, expression, negated),
  user: onUser,
  program_name: onProgram,
  hostname: (expression, negated) =>
    onSubject(rank.hostname, (event) => new Subject(event.hostname), expression, negated),
  location: (expression, negated) =>
    onSubject(rank.location, (event) => new Subject(event.location), expression, negated),
  id: slotMaker(rank.id, slot.id),
  system_name: slotMaker(rank.system_name, slot.system_name),
  protocol: slotMaker(rank.protocol, slot.protocol),
  action: slotMaker(rank.action, slot.action),
  url: slotMaker(rank.url, slot.url),
  srcport: slotMaker(rank.srcport, slot.srcport),
  dstport: slotMaker(rank.dstport, slot.dstport),
  data: slotMaker(rank.data, slot.data),
  extra_data: slotMaker(rank.extra_data, slot.extra_data),
  status: slotMaker(rank.status, slot.status),
  srcgeoip: () => never,
  dstgeoip: () => never,
};

const defaults: Readonly<Record<string, ExpressionKind>> = { regex: 'osregex', action: 'exact' };

/** Names that `<field>` refuses: they have options of their own. */
const ownOptions = new Set([...Object.keys(slot), 'srcgeoip', 'dstgeoip', 'user']);

/** The pattern options of one rule while it is read. */
export class PatternOptions {
  private readonly patterns = new Map<string, PatternText>();
  private readonly fields: { readonly name: string; readonly pattern: PatternText }[] = [];

  /** True where the element is one of these options. */
  read(option: DialectElement, report: Report): boolean {
    const name = option.name.toLowerCase();
    if (name === 'field') {
      this.readField(option, report);
      return true;
    }
    if (!Object.hasOwn(makers, name)) return false;
    const kind = readKind(option, defaults[name] ?? 'osmatch', kinds, report);
    const pattern = appendPiece(this.patterns.get(name), option, kind, report, 'rule');
    if (pattern !== undefined) this.patterns.set(name, pattern);
    return true;
  }

  private readField(option: DialectElement, report: Report): void {
    const name = attributeOf(option, 'name');
    if (name === undefined || name === '') report.error(option.position, '<field> needs a name.');
    else if (ownOptions.has(name)) {
      report.error(option.position, `<field> cannot test "${name}", which has an option of its own.`);
    } else {
      const kind = readKind(option, 'osregex', kinds, report);
      const pattern = appendPiece(undefined, option, kind, report, 'rule');
      if (pattern !== undefined) this.fields.push({ name, pattern });
    }
  }

  finish(ruleId: number, report: Report): Condition[] {
    const conditions: Condition[] = [];
    const add = (pattern: PatternText, element: string, make: Maker): void => {
      const expression = compilePattern(pattern, `rule ${ruleId}, <${element}>`, report);
      if (expression !== undefined) conditions.push(make(expression, pattern.negated));
    };
    for (const [name, pattern] of this.patterns) {
      const make = makers[name];
      if (make !== undefined) add(pattern, name, make);
    }
    for (const { name, pattern } of this.fields) {
      add(pattern, 'field', (expression, negated) => onDynamic(foldAscii(name), expression, negated));
    }
    return conditions;
  }
}

/** An osmatch pattern without options: groups and list values. */
export function compileOsmatch(text: string, position: Position, report: Report): Expression | undefined {
  return compilePattern({ text, kind: 'osmatch', negated: false, position }, 'rule, <list>', report);
}
