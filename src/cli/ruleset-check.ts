// riposte ruleset check: every problem of decoders, lists and rules, and what can never happen in them.
import { escapeControls } from '../alert/escape.ts';
import { formatProblem } from '../config/position.ts';
import type { Finding } from '../detect/findings/finding.ts';
import { reportRuleset } from '../manager/ruleset-report.ts';
import type { Surroundings } from './context.ts';
import { exitStatus } from './exit-status.ts';
import { choosePlace, type PlaceOptions } from './ruleset-place.ts';

export interface RulesetCheckOptions extends PlaceOptions {
  readonly all?: boolean;
}

function formatFinding(finding: Finding): string {
  const { rule, message } = finding;
  const isNamed = rule === undefined || new RegExp(`\\b${rule}\\b`).test(message);
  return formatProblem(isNamed ? finding : { ...finding, message: `rule ${rule}: ${message}` });
}

/** Status 0 where there is no error; warnings do not count. */
export async function runRulesetCheck(surroundings: Surroundings, options: RulesetCheckOptions): Promise<number> {
  const startMs = surroundings.nowMs();
  const { findings, leftOut, counts } = reportRuleset(choosePlace(options, surroundings), {
    all: options.all === true,
  });
  const seconds = (surroundings.nowMs() - startMs) / 1000;
  if (options.json) surroundings.out(`${JSON.stringify({ findings, leftOut, ...counts, seconds })}\n`);
  else {
    for (const finding of findings) surroundings.out(`${escapeControls(formatFinding(finding))}\n`);
    if (leftOut > 0) {
      const warnings = leftOut === 1 ? 'warning' : 'warnings';
      surroundings.out(`left out: ${leftOut} ${warnings} about files that came with the ruleset; --all shows them\n`);
    }
    const { rules, decoders, lists } = counts;
    surroundings.out(`${rules} rules, ${decoders} decoders, ${lists} lists, ${seconds.toFixed(1)} s\n`);
  }
  return findings.some(({ severity }) => severity === 'error') ? exitStatus.refused : exitStatus.done;
}
