// Which thread judges the events of an agent: always the same one, so that they stay in order and meet in one memory.
import type { LogMessage } from '../../source/message.ts';

export type Route = (agentId: string) => number;

/** `isDivided` false: all go to the first, because some rule counts over all agents. */
export function createRoute(threads: number, isDivided: boolean): Route {
  if (threads === 1 || !isDivided) return () => 0;
  return (agentId) => hash(agentId) % threads;
}

/** FNV-1a: agents are numbered one after the other, and so are spread evenly. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}

/** As detection reads it. // spec ruleset §1.1 */
export function agentIdOf({ origin, agent }: LogMessage): string {
  return origin?.agentId ?? agent?.id ?? '000';
}
