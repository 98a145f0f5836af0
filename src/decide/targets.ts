// Where a response runs. // spec decisions "Location and targets"
import type { ActiveResponse } from '../config/ossec-conf.ts';
import type { KnownAgent } from './facts.ts';

export const managerId = '000';

export type Whereabouts =
  | { readonly agents: readonly string[]; readonly missing: undefined; readonly reason: string }
  /** There is nowhere to run it, and which guard says so. */
  | { readonly agents: readonly []; readonly missing: 'unknown_agent' | 'no_active_agent'; readonly reason: string };

/**
 * `server`, and `local` for an event of the manager, win over everything; then `all`, then `defined-agent`, then `local`.
 * `all` is every active agent, never the manager; the other two reach disconnected agents as well.
 */
export function locateTargets(
  response: ActiveResponse,
  eventAgentId: string,
  agents: readonly KnownAgent[],
): Whereabouts {
  const { locations } = response;
  if (locations.has('server')) return at([managerId], 'on the manager, as location server says');
  if (locations.has('local') && eventAgentId === managerId)
    return at([managerId], 'on the manager, where the event is from');
  if (locations.has('all')) return locateActive(agents);
  if (locations.has('defined-agent')) return locateDefined(response.agentIds, agents);
  if (agents.some(({ id }) => id === eventAgentId))
    return at([eventAgentId], `on agent ${eventAgentId}, where the event is from`);
  return nowhere('unknown_agent', `agent ${eventAgentId}, where the event is from, is not known here`);
}

function locateActive(agents: readonly KnownAgent[]): Whereabouts {
  const ids = agents.filter(({ status }) => status === 'active').map(({ id }) => id);
  if (ids.length === 0)
    return nowhere('no_active_agent', 'no agent is connected, and location all leaves the manager out');
  return at(ids.sort(compareIds), 'on every active agent');
}

function locateDefined(wanted: readonly string[], agents: readonly KnownAgent[]): Whereabouts {
  const known = new Set(agents.map(({ id }) => id));
  const ids = wanted.filter((id) => known.has(id));
  const unknown = wanted.filter((id) => !known.has(id));
  const lost = unknown.length === 0 ? '' : `agent ${unknown.join(', ')} of agent_id is not known here`;
  if (ids.length === 0) return nowhere('unknown_agent', lost);
  return at(
    [...new Set(ids)].sort(compareIds),
    `on agent ${ids.join(', ')}, as agent_id says${lost === '' ? '' : `; ${lost}`}`,
  );
}

/** By number: `999` stands before `1000`. */
function compareIds(left: string, right: string): number {
  return Number(left) - Number(right);
}

function at(agents: readonly string[], reason: string): Whereabouts {
  return { agents, missing: undefined, reason };
}

function nowhere(missing: 'unknown_agent' | 'no_active_agent', reason: string): Whereabouts {
  return { agents: [], missing, reason };
}
