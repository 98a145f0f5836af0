// Reads `<location>` and `<agent_id>` of a response: where it runs. // spec active-response §2, semantics "Decisions"
import type { DialectElement } from './dialect.ts';
import { parseDigits, readElementText } from './element-text.ts';
import { suggestName } from './nearest-name.ts';
import type { Location } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';

const locationWords: ReadonlyMap<string, Location> = new Map([
  ['local', 'local'],
  ['server', 'server'],
  ['as', 'server'],
  ['analysisd', 'server'],
  ['analysis-server', 'server'],
  ['defined-agent', 'defined-agent'],
  ['all', 'all'],
  ['any', 'all'],
]);

const maximumAgentId = 2_147_483_647;

/** Whole words in any case, separated by comma, blank or `|`. Undefined, with errors, where one is unknown or none is given. */
export function readLocations(element: DialectElement, problems: ProblemList): ReadonlySet<Location> | undefined {
  const text = readElementText(element, problems);
  const words = text.split(/[\s,|]+/).filter((word) => word !== '');
  const locations = new Set<Location>();
  let isValid = words.length > 0;
  if (!isValid)
    problems.addError(element.position, '<location> is empty; it must be local, server, defined-agent or all.');
  for (const word of words) {
    const location = locationWords.get(word.toLowerCase());
    if (location !== undefined) {
      locations.add(location);
      continue;
    }
    isValid = false;
    problems.addError(
      element.contentPosition,
      `${quoteValue(word)} is not a location; it must be local, server, defined-agent or all.${suggestName(word, locationWords.keys())}`,
    );
  }
  return isValid ? locations : undefined;
}

/**
 * The ids that `defined-agent` names, with three digits as in alerts. Undefined, with an error, where the text is not a
 * list of ids; empty, with a warning, where it names agent 000 alone, and then the block is left out, as in Wazuh.
 */
export function readAgentIds(element: DialectElement, problems: ProblemList): readonly string[] | undefined {
  const text = readElementText(element, problems);
  const ids = new Set<string>();
  for (const part of text.split(',')) {
    const id = parseDigits(part.trim());
    if (id === undefined || id > maximumAgentId) {
      problems.addError(
        element.contentPosition,
        `<agent_id> is ${quoteValue(text)}; it must be an agent's id such as 001, or several separated by commas.`,
      );
      return undefined;
    }
    if (id === 0) {
      problems.addWarning(
        element.contentPosition,
        'agent 000 is the manager and cannot be a defined agent, so it is left out: use <location>server</location>.',
      );
      continue;
    }
    ids.add(String(id).padStart(3, '0'));
  }
  return [...ids];
}
