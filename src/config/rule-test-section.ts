// Reads `<rule_test>`: who may ask logtest over a socket. // spec ruleset §10
import type { DialectElement } from './dialect.ts';
import { readWholeNumber, readYesNo } from './element-text.ts';
import type { RuleTest } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';

const defaults: RuleTest = { enabled: true, maxSessions: 64, sessionTimeoutSeconds: 900 };
const mostSessions = 500;
const longestTimeout = 31_536_000;

/** All sections of the file; the last of an option counts. `threads` and what is unknown is left alone: nothing else depends on it. */
export function readRuleTest(sections: readonly DialectElement[], problems: ProblemList): RuleTest {
  let { enabled, maxSessions, sessionTimeoutSeconds } = defaults;
  for (const element of sections.flatMap((section) => section.children)) {
    switch (element.name) {
      case 'enabled':
        enabled = readYesNo(element, problems) ?? enabled;
        break;
      case 'max_sessions':
        maxSessions = readWholeNumber(element, { minimum: 1, maximum: mostSessions }, problems) ?? maxSessions;
        break;
      case 'session_timeout':
        sessionTimeoutSeconds =
          readWholeNumber(element, { minimum: 1, maximum: longestTimeout }, problems) ?? sessionTimeoutSeconds;
    }
  }
  return { enabled, maxSessions, sessionTimeoutSeconds };
}
