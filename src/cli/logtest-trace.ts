// What logtest tells of the rules that were tried: `-v` in the words of wazuh-logtest, `--trace` with the reason for each.
import { escapeControls } from '../alert/escape.ts';
import { toUnicode } from '../detect/bytes.ts';
import type { Failure, TraceStep } from '../detect/rules/trace.ts';

const longestShown = 160;
const onLog = ['match', 'regex', 'check_diff'];

function show(text: string): string {
  const shown = escapeControls(toUnicode(text.slice(0, longestShown)));
  return text.length > longestShown ? `${shown}…` : shown;
}

function describe({ rule }: TraceStep): string {
  return escapeControls(toUnicode(rule.definition.rawDescription));
}

/** What was tried, in the words of wazuh-logtest; lines about the rule before them begin with an asterisk. */
export function listRuleDebugging(steps: readonly TraceStep[]): readonly string[] {
  return steps.flatMap((step) => [
    `Trying rule: ${step.rule.id} - ${describe(step)}`,
    ...(step.failure === undefined ? [`*Rule ${step.rule.id} matched`] : []),
    ...(step.failure === undefined && step.hasChildren ? ['*Trying child rules'] : []),
  ]);
}

/** Without a line end after the last line. */
export function formatRuleDebugging(steps: readonly TraceStep[]): string {
  const lines = listRuleDebugging(steps).map((line) => (line.startsWith('*') ? `\t\t${line}` : `\t${line}`));
  return ['**Rule debugging:', ...lines].join('\n');
}

/** One line a rule, indented by its depth in the tree. Rules in a row that are for other decoders share one. */
export function formatTrace(steps: readonly TraceStep[]): string {
  const lines: string[] = [];
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at];
    if (step === undefined) continue;
    const run = countForeign(steps, at);
    if (run > 1) {
      lines.push(`${indent(step)}${run} rules for other decoders`);
      at += run - 1;
    } else lines.push(`${indent(step)}${step.rule.id} ${describe(step)}: ${judge(step)}`);
  }
  return ['**Trace: rules in the order in which they were tried.', ...lines].join('\n');
}

function indent({ depth }: TraceStep): string {
  return `\t${'  '.repeat(depth)}`;
}

/** How many steps from `start` on are of one depth and failed on their decoder. */
function countForeign(steps: readonly TraceStep[], start: number): number {
  const depth = steps[start]?.depth;
  let end = start;
  while (steps[end]?.depth === depth && steps[end]?.failure?.option === 'decoded_as') end++;
  return end - start;
}

function judge({ failure, passedOver, rule }: TraceStep): string {
  if (failure !== undefined) return `no: ${describeFailure(failure)}`;
  if (passedOver === 'child') return 'holds, and a rule below it fires';
  if (passedOver === 'noalert') return 'holds, but has noalert and no rule below it fires';
  return `fires, level ${rule.definition.level}`;
}

function describeFailure({ option, wanted, found }: Failure): string {
  const wants = `${show(option)} wants ${show(wanted)}`;
  // The log is to be seen above.
  if (onLog.includes(option)) return wants;
  return `${wants}, ${found === undefined ? 'there is none' : `there is '${show(found)}'`}`;
}

/** As `--json` has it. */
export function traceMembers(steps: readonly TraceStep[]): object[] {
  return steps.map(({ rule, depth, failure, passedOver }) => ({
    rule: rule.id,
    depth,
    holds: failure === undefined,
    fires: failure === undefined && passedOver === 'no',
    ...(failure !== undefined && {
      failed: {
        option: toUnicode(failure.option),
        wanted: toUnicode(failure.wanted),
        found: failure.found === undefined ? null : toUnicode(failure.found),
      },
    }),
  }));
}
