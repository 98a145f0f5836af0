// Reads `<localfile>`: which logs are read.
import type { DialectElement } from './dialect.ts';
import { findLast, readElementText } from './element-text.ts';
import type { LocalFile } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';

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
  return { location, ...(exclude !== '' && { exclude }), logFormat, position: block.position };
}
