// Reads `<localfile>`: which logs are read.
import type { DialectElement } from './dialect.ts';
import { findLast, readElementText } from './element-text.ts';
import type { JournalFilter, LocalFile } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';

/** One block; its other elements belong to formats that are not read here and are accepted. Undefined without a source. */
export function readLocalFile(block: DialectElement, problems: ProblemList): LocalFile | undefined {
  const format = findLast(block, 'log_format');
  // A command log has a command where others have a location.
  const source = findLast(block, 'location') ?? findLast(block, 'command');
  const location = source === undefined ? '' : readElementText(source, problems);
  if (location === '') {
    problems.addWarning(block.position, 'this <localfile> has no <location>, so nothing is read for it.');
    return undefined;
  }
  const logFormat = format === undefined ? 'syslog' : readElementText(format, problems);
  const excluded = findLast(block, 'exclude');
  const exclude = excluded === undefined ? '' : readElementText(excluded, problems);
  const filters = logFormat === 'journald' ? readFilters(block, problems) : [];
  return {
    location,
    ...(exclude !== '' && { exclude }),
    logFormat,
    ...(filters.length > 0 && { filters }),
    position: block.position,
  };
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
