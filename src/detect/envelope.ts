// Where a message came from: agent, location and the host name that goes with them. // spec ruleset §1.1
import type { LogMessage, Origin } from '../source/message.ts';
import { toBytes } from './bytes.ts';

export function originOf(message: LogMessage): Origin {
  const { agent, origin } = message;
  if (origin !== undefined) return origin;
  if (agent === undefined) return { agentId: '000', location: toBytes(message.location), hostname: undefined };
  const name = toBytes(agent.name);
  return { agentId: agent.id, location: `(${name}) ${agent.ip}->${toBytes(message.location)}`, hostname: name };
}

/** Name cut at the first dot. */
export function shortName(hostname: string): string {
  const dot = hostname.indexOf('.');
  return dot < 0 ? hostname : hostname.slice(0, dot);
}
