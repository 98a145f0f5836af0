// Samples against a ruleset, each with an engine of its own.
import type { Position } from '../../config/position.ts';
import { createDetector } from '../engine.ts';
import type { Ruleset } from '../load.ts';
import type { Rule } from '../rules/rule.ts';
import type { Sample } from './sample.ts';
import { runSession } from './session.ts';

export interface SampleFailure {
  readonly position: Position;
  readonly rule: string;
  readonly message: string;
}

export function runSamples(ruleset: Ruleset, samples: readonly Sample[]): readonly SampleFailure[] {
  return samples.flatMap((sample) => {
    const message = runSample(ruleset, sample);
    return message === undefined ? [] : [{ position: sample.position, rule: sample.rule, message }];
  });
}

function runSample(ruleset: Ruleset, { rule, fires, lines, location, judge }: Sample): string | undefined {
  if (fires && rule !== '' && ruleset.rules.findRule(Number(rule)) === undefined) return `there is no rule ${rule}.`;
  if (lines.length === 0) return 'there is no line in it.';
  const engine = createDetector(ruleset, { hostname: 'manager', logAlertLevel: 3, memorySize: 8192, logtest: true });
  return judge(runSession(engine, lines, location));
}

/** Rules that can fire themselves and that no sample makes fire. */
export function findUnsampled(ruleset: Ruleset, samples: readonly Sample[]): readonly Rule[] {
  const sampled = new Set(samples.filter(({ fires }) => fires).map(({ rule }) => String(Number(rule))));
  return ruleset.rules.rules.filter(({ id, definition }) => !definition.noAlert && !sampled.has(id));
}

/** The ruleset as Wazuh's tests want it: events of the Windows event channel come to rule 60000 as JSON lines. // spec ruleset §12 */
export function openWindowsRule(text: string): string {
  const start = text.indexOf('<rule id="60000"');
  if (start < 0) return text;
  const end = text.indexOf('</rule>', start);
  const rule = text
    .slice(start, end)
    .replace(/<category>[^<]*<\/category>/, '')
    .replace(/<decoded_as>[^<]*<\/decoded_as>/, '<decoded_as>json</decoded_as>');
  return text.slice(0, start) + rule + text.slice(end);
}
