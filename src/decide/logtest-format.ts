// How `riposte logtest` shows decisions: phase 4 of its text, and the member `responses` of its JSON.
import type { Decision, GuardName } from './decision.ts';

export interface LogtestResponse {
  /** As ar.conf has it: `firewall-drop600`. */
  readonly response: string;
  /** As `<location>` may have it: `server`, or several words joined by commas. */
  readonly location: string;
  readonly agents: readonly string[];
  readonly target: string | null;
  /** 0: stateless. */
  readonly timeoutSeconds: number;
  readonly outcome: 'run' | 'suppressed';
  readonly guard: GuardName | null;
  readonly reason: string;
}

export function toLogtestResponse(decision: Decision): LogtestResponse {
  return {
    response: decision.response,
    location: decision.locations.join(','),
    agents: decision.agents,
    target: decision.target ?? null,
    timeoutSeconds: decision.timeoutSeconds,
    outcome: decision.outcome === 'run' ? 'run' : 'suppressed',
    guard: decision.guard ?? null,
    reason: decision.reason,
  };
}

/**
 * The lines of phase 4, without a line end after the last. `show` makes text that came from a log or a file safe to print.
 */
export function formatResponses(decisions: readonly Decision[], show: (text: string) => string): string {
  const title = '**Phase 4: Active responses.';
  if (decisions.length === 0) return `${title}\n\tNo response is bound to this rule.`;
  return [title, ...decisions.map((decision) => formatResponse(decision, show))].join('\n');
}

function formatResponse(decision: Decision, show: (text: string) => string): string {
  const { outcome, guard } = decision;
  const verdict = outcome === 'run' ? 'runs' : `does not run: guard ${guard}`;
  return [
    `\t${show(decision.response)}: ${verdict}`,
    `\t\treason: '${show(decision.reason)}'`,
    `\t\tlocation: '${decision.locations.join(',')}'`,
    `\t\tagents: '${decision.agents.map(show).join(',')}'`,
    ...(decision.target === undefined ? [] : [`\t\ttarget: '${show(decision.target)}'`]),
    `\t\ttimeout: '${decision.timeoutSeconds === 0 ? 'none' : `${decision.timeoutSeconds} s`}'`,
  ].join('\n');
}
