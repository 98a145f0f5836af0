// What is wrong with the ruleset of a place, for the people who write rules there.
import { checkRuleset } from '../detect/findings/check-ruleset.ts';
import type { Finding } from '../detect/findings/finding.ts';
import type { LoadResult } from '../detect/load.ts';
import type { RulesetPlace } from './home-ruleset.ts';

export interface RulesetReport {
  /** Under whole paths. */
  readonly findings: readonly Finding[];
  /** Findings about stock files that are no errors: they are not the user's to mend. */
  readonly leftOut: number;
  /** Those of the findings that are about rules which can never fire. */
  readonly deadRules: readonly Finding[];
  readonly counts: LoadResult['counts'];
  readonly ruleset: LoadResult['ruleset'];
}

export interface ReportOptions {
  /** With what is wrong in stock files too. */
  readonly all: boolean;
}

export function reportRuleset(place: RulesetPlace, { all }: ReportOptions): RulesetReport {
  const { files, disk, listsAreChosen, wholePath, isStock } = place;
  // Levels at which alerts are written decide nothing here.
  const check = checkRuleset({ files, disk, listsAreChosen, logAlertLevel: 3, emailAlertLevel: 12 });
  const whole = ({ position, ...finding }: Finding): Finding => ({
    ...finding,
    position: { ...position, file: wholePath(position.file) },
  });
  const isShown = ({ severity, position: { file } }: Finding): boolean => all || severity === 'error' || !isStock(file);
  const findings = [...place.problems, ...check.findings.map(whole)];
  const shown = findings.filter(isShown);
  return {
    findings: shown,
    leftOut: findings.length - shown.length,
    deadRules: check.deadRules.map(whole).filter(isShown),
    counts: check.counts,
    ruleset: check.ruleset,
  };
}
