// Reads `<localfile>`: which logs are read.
import type { DialectElement } from './dialect.ts';
import { findLast, readElementText, readWholeNumber } from './element-text.ts';
import type { CommandLog, JournalFilter, LocalFile } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';

/** Formats of what a command prints: a message a line, or one of all. */
export const commandFormats: readonly string[] = ['command', 'full_command'];

const defaultSeconds = 360;
const mostSeconds = 31_536_000;

/** One block; its other elements belong to formats that are not read here and are accepted. Undefined without a source. */
export function readLocalFile(block: DialectElement, problems: ProblemList): LocalFile | undefined {
  const format = findLast(block, 'log_format');
  const logFormat = format === undefined ? 'syslog' : readElementText(format, problems);
  const isCommand = commandFormats.includes(logFormat);
  const wanted = isCommand ? 'command' : 'location';
  const source = findLast(block, wanted);
  const location = source === undefined ? '' : readElementText(source, problems);
  if (location.trim() === '') {
    problems.addWarning(block.position, `this <localfile> has no <${wanted}>, so nothing is read for it.`);
    return undefined;
  }
  const excluded = findLast(block, 'exclude');
  const exclude = excluded === undefined ? '' : readElementText(excluded, problems);
  const filters = logFormat === 'journald' ? readFilters(block, problems) : [];
  return {
    location,
    ...(exclude !== '' && { exclude }),
    logFormat,
    ...(isCommand && { command: readCommandLog(block, location, problems) }),
    ...(filters.length > 0 && { filters }),
    position: block.position,
  };
}

function readCommandLog(block: DialectElement, command: string, problems: ProblemList): CommandLog {
  const alias = findLast(block, 'alias');
  const name = alias === undefined ? '' : readElementText(alias, problems);
  const frequency = findLast(block, 'frequency');
  const everySeconds =
    frequency === undefined ? undefined : readWholeNumber(frequency, { minimum: 1, maximum: mostSeconds }, problems);
  return { name: name === '' ? command : name, everySeconds: everySeconds ?? defaultSeconds };
}

function readFilters(block: DialectElement, problems: ProblemList): readonly JournalFilter[] {
  return block.children.filter(({ name }) => name === 'filter').flatMap((element) => readFilter(element, problems));
}

function readFilter(element: DialectElement, problems: ProblemList): readonly JournalFilter[] {
  const attribute = (name: string): string | undefined => element.attributes.find((each) => each.name === name)?.value;
  const field = attribute('field');
  const pattern = readElementText(element, problems);
  if (field === undefined || !/^[A-Z0-9_]{1,64}$/.test(field)) {
    const given = field === undefined ? 'has no attribute field' : `has the field ${quoteValue(field)}`;
    problems.addError(
      element.position,
      `this <filter> ${given}; it must name a field of the journal, such as field="_SYSTEMD_UNIT".`,
    );
    return [];
  }
  if (pattern === '') {
    problems.addError(element.position, 'this <filter> is empty; it must have a PCRE2 pattern.');
    return [];
  }
  const missing = attribute('ignore_if_missing') ?? 'no';
  if (missing !== 'yes' && missing !== 'no') {
    problems.addError(element.position, `ignore_if_missing is ${quoteValue(missing)}; it must be exactly yes or no.`);
  }
  return [{ field, pattern, ignoreIfMissing: missing === 'yes', position: element.position }];
}
