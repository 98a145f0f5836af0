// Lines fed to an engine that remembers nothing before them; what counts is what becomes of the last one.
import type { Engine } from '../engine.ts';
import type { LogtestResult } from '../logtest-result.ts';

/** A line of a log, or an event of the Windows event channel as an agent sends it. */
export type Line = string | { readonly windowsEvent: string };

/** One line, so many seconds after the start of the session. */
export type TimedLine = readonly [offsetSeconds: number, line: Line];

/** Any moment: what counts in a session is the time between its lines. Ms. */
const startMs = 1_790_000_000_000;

/** What became of the last line. The lines are Unicode text. Throws where there is none. */
export function runSession(engine: Engine, lines: readonly TimedLine[], location = '/var/log/auth.log'): LogtestResult {
  let result: LogtestResult | undefined;
  for (const [index, [offset, line]] of lines.entries()) {
    const isLog = typeof line === 'string';
    result = engine.logtest({
      id: `1.${index}`,
      location,
      text: Buffer.from(isLog ? line : line.windowsEvent, 'utf8').toString('latin1'),
      timeMs: startMs + offset * 1000,
      kind: isLog ? 'log' : 'windows-event',
    });
  }
  if (result === undefined) throw new Error('a session without lines');
  return result;
}
