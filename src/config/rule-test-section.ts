// Reads `<rule_test>`: who may ask logtest over a socket. // spec ruleset §10
import type { DialectElement } from './dialect.ts';
import { parseDigits, readElementText } from './element-text.ts';
import type { RuleTest } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';

const defaults: RuleTest = { enabled: true, maxSessions: 64, sessionTimeoutSeconds: 900 };
const mostSessions = 500;
const longestTimeout = 31_536_000;
const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * All sections of the file; the last of an option counts. What cannot be read is told as a warning, for no response depends on it. `threads` and what is
 * unknown is left alone.
 */
export function readRuleTest(sections: readonly DialectElement[], problems: ProblemList): RuleTest {
  let { enabled, maxSessions, sessionTimeoutSeconds } = defaults;
  for (const element of sections.flatMap((section) => section.children)) {
    const text = readElementText(element, problems);
    switch (element.name) {
      case 'enabled':
        enabled = ['yes', 'no'].includes(text) ? text === 'yes' : warn(element, 'yes or no', enabled, problems);
        break;
      case 'max_sessions': {
        const sessions = parseDigits(text) ?? 0;
        const isValid = sessions >= 1 && sessions <= mostSessions;
        maxSessions = isValid ? sessions : warn(element, `a number from 1 to ${mostSessions}`, maxSessions, problems);
        break;
      }
      case 'session_timeout': {
        const seconds = parseDuration(text) ?? 0;
        const isValid = seconds >= 1 && seconds <= longestTimeout;
        sessionTimeoutSeconds = isValid
          ? seconds
          : warn(element, 'a time of at most a year, such as 900, 15m or 1d', sessionTimeoutSeconds, problems);
      }
    }
  }
  return { enabled, maxSessions, sessionTimeoutSeconds };
}

function parseDuration(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,9})([smhdw]?)$/.exec(text) ?? [];
  const seconds = unitSeconds[unit];
  return digits === undefined || seconds === undefined ? undefined : Number(digits) * seconds;
}

function warn<T>(element: DialectElement, expected: string, kept: T, problems: ProblemList): T {
  const value = quoteValue(element.content);
  problems.addWarning(element.contentPosition, `<${element.name}> is ${value}; it must be ${expected}. ${kept} holds.`);
  return kept;
}
