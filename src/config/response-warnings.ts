// Warnings that need the whole file: commands that nothing uses, and names that stand for two responses.
import type { ActiveResponse, CommandDefinition } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';

/**
 * Commands that a default configuration defines so that responses and operators may pick them: no sign of a mistake
 * when unused. // spec active-response §6
 */
const offeredCommands = new Set([
  'disable-account',
  'restart-wazuh',
  'restart-ossec',
  'firewall-drop',
  'host-deny',
  'route-null',
  'win_route-null',
  'netsh',
]);

/** `used` are the names that any `<active-response>` refers to, disabled ones included. */
export function warnOfUnusedCommands(
  commands: readonly CommandDefinition[],
  used: ReadonlySet<string>,
  problems: ProblemList,
): void {
  for (const { name, position } of commands) {
    if (used.has(name) || offeredCommands.has(name)) continue;
    problems.addWarning(position, `no <active-response> uses the command ${quoteValue(name)}, so nothing triggers it.`);
  }
}

/** `blk` with timeout 10 and `blk1` with timeout 0 are both called `blk10`, and agents know responses by that name. */
export function warnOfAmbiguousNames(responses: readonly ActiveResponse[], problems: ProblemList): void {
  const first = new Map<string, ActiveResponse>();
  for (const response of responses) {
    const other = first.get(response.name) ?? response;
    first.set(response.name, other);
    if (other.command.name === response.command.name) continue;
    problems.addWarning(
      response.position,
      `the response name ${quoteValue(response.name)} stands for the command ${quoteValue(other.command.name)} (line ${other.position.line}) and for ${quoteValue(response.command.name)}: change a timeout or a name.`,
    );
  }
}
