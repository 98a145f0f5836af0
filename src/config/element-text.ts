// The text of an option in ossec.conf, read as the original reads it.
import type { DialectElement } from './dialect.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';

/**
 * The text of an element of ossec.conf, not trimmed. An element with children has none, and what stands before a comment
 * is lost, as in Wazuh; both are told as warnings. // spec decisions, "Commands, timeouts, extra_args"
 */
export function readElementText(element: DialectElement, problems: ProblemList): string {
  const child = element.children[0];
  if (child !== undefined) {
    problems.addWarning(
      child.position,
      `<${child.name}> inside <${element.name}> is not read, so <${element.name}> is empty: write its text directly.`,
    );
    return '';
  }
  const { commentAt = 0 } = element;
  const lost = element.content.slice(0, commentAt);
  if (lost.trim() !== '') {
    problems.addWarning(
      element.contentPosition,
      `${quoteValue(lost)} before the comment in <${element.name}> is not read: put the comment outside the element.`,
    );
  }
  return element.content.slice(commentAt);
}

/** `yes` or `no`, exactly; anything else is an error and gives undefined. */
export function readYesNo(element: DialectElement, problems: ProblemList): boolean | undefined {
  const text = readElementText(element, problems);
  if (text === 'yes') return true;
  if (text === 'no') return false;
  problems.addError(element.contentPosition, `<${element.name}> is ${quoteValue(text)}; it must be exactly yes or no.`);
  return undefined;
}

/** A whole number from `minimum` to `maximum`, digits only; anything else is an error and gives undefined. */
export function readWholeNumber(
  element: DialectElement,
  range: { readonly minimum: number; readonly maximum: number },
  problems: ProblemList,
): number | undefined {
  const text = readElementText(element, problems);
  const value = parseDigits(text);
  if (value !== undefined && value >= range.minimum && value <= range.maximum) return value;
  problems.addError(
    element.contentPosition,
    `<${element.name}> is ${quoteValue(text)}; it must be a whole number from ${range.minimum} to ${range.maximum}.`,
  );
  return undefined;
}

/** The value of a text of digits alone, or undefined. */
export function parseDigits(text: string): number | undefined {
  return /^[0-9]+$/.test(text) ? Number(text) : undefined;
}

/** Tells of options that stand twice in a block; the last one counts, as in Wazuh. */
export function warnOfRepeats(block: DialectElement, problems: ProblemList): void {
  const seen = new Map<string, number>();
  for (const { name, position } of block.children) {
    const line = seen.get(name);
    if (line !== undefined) {
      problems.addWarning(position, `<${name}> was already given at line ${line}; the last one counts.`);
    }
    seen.set(name, position.line);
  }
}

/** The last child of the name: the one that counts. */
export function findLast(block: DialectElement, name: string): DialectElement | undefined {
  return block.children.findLast((child) => child.name === name);
}
