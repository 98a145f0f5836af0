// Sessions of a logtest socket: each with the rules as they were when it began, and a memory of its own. // spec ruleset §10
import { toBytes } from '../../detect/bytes.ts';
import type { LogtestResult } from '../../detect/logtest-result.ts';
import type { TraceStep } from '../../detect/rules/trace.ts';
import type { LogMessage } from '../../source/message.ts';
import { type LogtestReply, type LogtestRequest, type ProcessingParameters, refuse } from './protocol.ts';

/** What a session asks its engine. */
export interface SessionEngine {
  logtest(message: LogMessage, options: { readonly traced: boolean }): LogtestResult;
}

export interface LogtestSessionsOptions {
  /** Reads the rules as they are now; a text says why they cannot be used. */
  readonly createEngine: () => SessionEngine | string;
  /** Eight hexadecimal digits, different each time. */
  readonly newToken: () => string;
  readonly nowMs: () => number;
  /** With one more, the one that was idle longest goes. */
  readonly mostSessions: number;
  /** An idle session is forgotten after so long. */
  readonly idleMs: number;
  /** The words of wazuh-logtest for the rules that were tried, without indentation. */
  readonly listTried: (steps: readonly TraceStep[]) => readonly string[];
}

interface Session {
  readonly token: string;
  readonly engine: SessionEngine;
  usedMs: number;
  messages: number;
}

export function createLogtestSessions(options: LogtestSessionsOptions): (request: LogtestRequest) => LogtestReply {
  const { nowMs, mostSessions, idleMs } = options;
  /** Least recently used first. */
  const sessions = new Map<string, Session>();

  function forgetIdle(): void {
    const now = nowMs();
    for (const [token, { usedMs }] of sessions) if (now - usedMs >= idleMs) sessions.delete(token);
  }

  function begin(): Session | string {
    const engine = options.createEngine();
    if (typeof engine === 'string') return engine;
    while (sessions.size >= mostSessions) {
      const [oldest] = sessions.keys();
      sessions.delete(oldest ?? '');
    }
    return { token: options.newToken(), engine, usedMs: 0, messages: 0 };
  }

  function use(session: Session): void {
    session.usedMs = nowMs();
    session.messages += 1;
    sessions.delete(session.token);
    sessions.set(session.token, session);
  }

  function processLog(parameters: ProcessingParameters): LogtestReply {
    const { token } = parameters;
    const known = token === undefined ? undefined : sessions.get(token);
    const session = known ?? begin();
    if (typeof session === 'string') return refuse(session);
    use(session);
    const messages = [
      ...(token !== undefined && known === undefined ? [`WARNING: '${token}' is not the token of a session`] : []),
      ...(known === undefined ? [`INFO: Session initialized with token '${session.token}'`] : []),
    ];
    const traced = parameters.options?.rules_debug === true;
    const { output, alert, trace = [] } = session.engine.logtest(messageOf(parameters, session), { traced });
    return {
      error: 0,
      data: {
        messages,
        token: session.token,
        output,
        alert,
        codemsg: token !== undefined && known === undefined ? 1 : 0,
        ...(traced && { rules_debug: options.listTried(trace) }),
      },
    };
  }

  function messageOf({ event, log_format, location }: ProcessingParameters, session: Session): LogMessage {
    const timeMs = nowMs();
    return {
      id: `${Math.floor(timeMs / 1000)}.${session.messages}`,
      location,
      text: toBytes(typeof event === 'string' ? event : JSON.stringify(event)),
      timeMs,
      ...(log_format === 'eventchannel' && { kind: 'windows-event' }),
    };
  }

  return ({ command, parameters }) => {
    forgetIdle();
    if (command === 'log_processing') return processLog(parameters);
    const { token } = parameters;
    if (!sessions.delete(token)) return refuse(`'${token}' is not the token of a session`);
    return { error: 0, data: { messages: [`INFO: The session '${token}' was closed successfully`], codemsg: 0 } };
  };
}
