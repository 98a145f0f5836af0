// Parent options that are no numbers where numbers belong. // spec ruleset §6.1, §7.1
import type { ParentOptions } from './rule.ts';

const oneId = /^ *\d+ *$/;
const ids = /^[, ]*\d+(?:[, ]+\d+)*[, ]*$/;

/** What is wrong, as a sentence; such a rule is skipped. */
export function findParentProblem({ sids, level, matchedSid }: ParentOptions): string | undefined {
  if (sids !== undefined && !ids.test(sids)) return `<if_sid> "${sids}" is not a list of ids.`;
  if (matchedSid !== undefined && !oneId.test(matchedSid)) return `<if_matched_sid> "${matchedSid}" is not an id.`;
  if (level !== undefined && !(Number.isInteger(level) && level >= 1)) return '<if_level> is not a level from 1 on.';
  return undefined;
}
