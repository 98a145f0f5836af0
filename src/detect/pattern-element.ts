// Pattern elements of decoders and rules: repeated ones join, the last one's attributes hold. // spec ruleset §4.1
import type { DialectElement } from '../config/dialect.ts';
import type { Position } from '../config/position.ts';
import { compileExpression, type Expression, type ExpressionKind } from './patterns/expression.ts';
import type { Report } from './report.ts';

/** The pieces of one option, joined. */
export interface PatternText {
  text: string;
  kind: ExpressionKind;
  negated: boolean;
  readonly position: Position;
}

const decoderLimit = 1023;
const rulePieceLimit = 2047;

export function attributeOf(element: DialectElement, name: string): string | undefined {
  return element.attributes.find((attribute) => attribute.name.toLowerCase() === name)?.value;
}

/** The pattern language an element asks for; an unknown or refused one is told, and the default used. */
export function readKind(
  element: DialectElement,
  fallback: ExpressionKind,
  allowed: readonly ExpressionKind[],
  report: Report,
): ExpressionKind {
  const type = attributeOf(element, 'type');
  if (type === undefined) return fallback;
  const kind = allowed.find((candidate) => candidate === type.toLowerCase());
  if (kind !== undefined) return kind;
  report.warn(element.position, `<${element.name}> cannot have type="${type}"; it is read as ${fallback}.`);
  return fallback;
}

/** Appends an element's text; type and negate are those of the last element. Undefined where all of it was too long. */
export function appendPiece(
  pattern: PatternText | undefined,
  element: DialectElement,
  kind: ExpressionKind,
  report: Report,
  limits: 'decoder' | 'rule',
): PatternText | undefined {
  const negated = attributeOf(element, 'negate')?.toLowerCase() === 'yes';
  const joined = (pattern?.text ?? '') + element.content;
  const length = limits === 'decoder' ? joined.length : element.content.length;
  const limit = limits === 'decoder' ? decoderLimit : rulePieceLimit;
  const tooLong = length > limit;
  if (tooLong) {
    const found = `<${element.name}> has ${length} bytes; at most ${limit} are possible.`;
    report.warn(element.position, `${found} It is left out.`);
    if (pattern === undefined) return undefined;
  }
  const text = tooLong ? (pattern?.text ?? '') : joined;
  return { text, kind, negated, position: pattern?.position ?? element.position };
}

/** Undefined, with an error told, where the pattern is not valid. `what` it belongs to: `rule 100100, <regex>`. */
export function compilePattern(
  pattern: PatternText,
  what: string,
  report: Report,
  { captures }: { readonly captures: boolean } = { captures: false },
): Expression | undefined {
  const owner = { position: pattern.position, what };
  const compiled = compileExpression(pattern.kind, pattern.text, { captures, watch: report.patternWatch, owner });
  if (compiled.ok) return compiled.expression;
  report.error(pattern.position, `This ${pattern.kind} pattern is not valid: ${compiled.error}`);
  return undefined;
}
