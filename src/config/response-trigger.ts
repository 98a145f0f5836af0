// Reads `<level>`, `<rules_group>` and `<rules_id>`: what triggers a response. // spec active-response §2
import type { DialectElement } from './dialect.ts';
import { findLast, parseDigits, readElementText } from './element-text.ts';
import type { TriggerPositions } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';
import { examineRulesGroup } from './rules-group-warnings.ts';

export interface ResponseTrigger {
  readonly level: number | undefined;
  readonly rulesGroup: string | undefined;
  readonly rulesIds: ReadonlySet<string> | undefined;
  /** For what is found out about them later. */
  readonly triggerPositions: TriggerPositions;
}

const maximumLevel = 20;
const highestRuleLevel = 16;
const maximumRuleId = 2_147_483_647;

/** The three, each checked; and a warning where together they can never trigger. */
export function readTrigger(block: DialectElement, problems: ProblemList): ResponseTrigger {
  const errorsBefore = problems.errorCount;
  const levelElement = findLast(block, 'level');
  const groupElement = findLast(block, 'rules_group');
  const idElement = findLast(block, 'rules_id');
  const level = levelElement === undefined ? undefined : readLevel(levelElement, problems);
  const rulesGroup = groupElement === undefined ? undefined : readElementText(groupElement, problems);
  const rulesIds = idElement === undefined ? undefined : readRuleIds(idElement, problems);
  const finding = rulesGroup === undefined ? undefined : examineRulesGroup(rulesGroup);
  if (groupElement !== undefined && finding !== undefined) {
    problems.addWarning(groupElement.contentPosition, finding);
  }
  const hasIds = rulesIds !== undefined && rulesIds.size > 0;
  const hasFaults = errorsBefore < problems.errorCount;
  if (level === undefined && rulesGroup === undefined && !hasIds && !hasFaults) {
    problems.addWarning(
      block.position,
      'this response never triggers: it has no <level>, <rules_group> or <rules_id> with a value.',
    );
  } else if (level !== undefined && level > highestRuleLevel && levelElement !== undefined) {
    problems.addWarning(
      levelElement.contentPosition,
      `no rule has level ${level}: ${hasIds ? 'only <rules_id> triggers this response' : 'this response never triggers'}; the highest is ${highestRuleLevel}.`,
    );
  }
  const triggerPositions = {
    level: levelElement?.contentPosition,
    rulesGroup: groupElement?.contentPosition,
    rulesIds: idElement?.contentPosition,
  };
  return { level, rulesGroup, rulesIds, triggerPositions };
}

/** Undefined for 0 and for an empty element, which count as not given; also, with an error, for what is no level. */
export function readLevel(element: DialectElement, problems: ProblemList): number | undefined {
  const text = readElementText(element, problems);
  if (text === '') return undefined;
  const level = parseDigits(text);
  if (level !== undefined && level <= maximumLevel) return level === 0 ? undefined : level;
  problems.addError(
    element.contentPosition,
    `<level> is ${quoteValue(text)}; it must be a whole number from 1 to ${highestRuleLevel}, without blanks.`,
  );
  return undefined;
}

/** Ids separated by commas, blanks round them allowed, leading zeros dropped. */
function readRuleIds(element: DialectElement, problems: ProblemList): ReadonlySet<string> | undefined {
  const text = readElementText(element, problems);
  const ids = new Set<string>();
  for (const part of text.split(',')) {
    const trimmed = part.trim();
    if (trimmed === '') continue;
    const id = parseDigits(trimmed);
    if (id === undefined || id > maximumRuleId) {
      problems.addError(
        element.contentPosition,
        `${quoteValue(trimmed)} in <rules_id> is not a rule id: ids are numbers separated by commas, such as 5712,5763.`,
      );
      return undefined;
    }
    ids.add(String(id));
  }
  return ids;
}
