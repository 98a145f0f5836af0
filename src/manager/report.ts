// The lines that a running service prints: one for each alert, decision that was stopped, and change of a response.
import type { Alert } from '../alert/alert.ts';
import { escapeControls } from '../alert/escape.ts';
import type { Decision } from '../decide/decision.ts';
import { type SlowPattern, slowMs } from '../detect/patterns/pattern-watch.ts';
import type { Execution } from '../fleet/execution.ts';

let cachedSecond = Number.NaN;
let cachedTime = '';

/** `2026-03-04 05:06:07`, local time. */
export function formatTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== cachedSecond) {
    cachedTime = formatSecond(ms);
    cachedSecond = second;
  }
  return cachedTime;
}

function formatSecond(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function describeAlert(alert: Alert, nowMs: number): string {
  const { id, level, description } = alert.rule;
  const srcip = alert.data?.srcip;
  const source = typeof srcip === 'string' && !description.includes(srcip) ? ` from ${srcip}` : '';
  return escapeControls(
    `${formatTime(nowMs)} alert ${id} level ${level ?? 0}: ${description}${source} (${alert.location ?? ''})`,
  );
}

export function describeSuppressed(decision: Decision, nowMs: number): string {
  return escapeControls(
    `${formatTime(nowMs)} ${decision.response}: not run, guard ${decision.guard ?? 'none'}: ${decision.reason}`,
  );
}

export function describeExecution(execution: Execution, nowMs: number): string {
  const until =
    execution.state === 'active' && execution.expiresAtMs !== null ? ` until ${formatTime(execution.expiresAtMs)}` : '';
  const target = execution.target === undefined ? '' : ` ${execution.target}`;
  const reason = execution.reason === undefined ? '' : `: ${execution.reason}`;
  return escapeControls(
    `${formatTime(nowMs)} ${execution.response} on ${execution.agentId}:${target} ${execution.state}${until}${reason}`,
  );
}

/** Characters of a pattern that are shown; its place tells the rest. */
const shownPattern = 200;

export function describeSlowPattern({ owner, source, reason, length, times }: SlowPattern, nowMs: number): string {
  const place = owner === undefined ? '' : ` ${owner.position.file}:${owner.position.line}: ${owner.what}:`;
  const what = reason === 'steps' ? 'was given up, and counts as no match,' : `took more than ${slowMs} milliseconds`;
  const often = times === 1 ? '' : `, ${times} times since this was last told`;
  const shown = source.length > shownPattern ? `${source.slice(0, shownPattern)}…` : source;
  return escapeControls(
    `${formatTime(nowMs)} slow pattern:${place} ${what} on a text of ${length} bytes${often}; the pattern is ${shown}`,
  );
}
