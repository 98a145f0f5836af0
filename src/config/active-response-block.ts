// Reads `<active-response>`: when and where a command runs. // spec active-response §2
import type { DialectElement } from './dialect.ts';
import { findLast, parseDigits, readElementText, readYesNo, warnOfRepeats } from './element-text.ts';
import { suggestName } from './nearest-name.ts';
import type { ActiveResponse, CommandDefinition } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';
import { readAgentIds, readLocations } from './response-location.ts';
import { readLevel, readTrigger } from './response-trigger.ts';

const endpointElements = ['disabled', 'repeated_offenders', 'ca_store', 'ca_verification'];
const knownElements = [
  'command',
  'location',
  'agent_id',
  'level',
  'rules_group',
  'rules_id',
  'timeout',
  ...endpointElements,
];

const maximumTimeoutSeconds = 10 * 365 * 86_400;
const maximumNameBytes = 255;

export interface ActiveResponseBlock {
  /** Undefined where the block is disabled, holds settings of the endpoint alone, or is in error. */
  readonly response: ActiveResponse | undefined;
  /** `disabled` = yes without a command. */
  readonly disablesEndpoint: boolean;
}

/** Reads one block. `commands` are those of the whole file: their place does not matter. */
export function readActiveResponse(
  block: DialectElement,
  commands: { readonly defined: readonly CommandDefinition[]; readonly names: ReadonlySet<string> },
  problems: ProblemList,
): ActiveResponseBlock {
  refuseUnknownElements(block, problems);
  warnOfRepeats(block, problems);
  if (block.children.length === 0) {
    problems.addError(
      block.position,
      'this <active-response> is empty: give it a <command> and a <location>, or take it out.',
    );
    return { response: undefined, disablesEndpoint: false };
  }
  if (isDisabled(block, problems)) {
    // Nothing in it runs, so only what Wazuh refuses there too is an error.
    const level = findLast(block, 'level');
    if (level !== undefined) readLevel(level, problems);
    return { response: undefined, disablesEndpoint: findLast(block, 'command') === undefined };
  }
  const isOfEndpoint = block.children.every((child) => endpointElements.includes(child.name));
  const response = isOfEndpoint ? undefined : readEnabled(block, commands, problems);
  return { response, disablesEndpoint: false };
}

/** Minutes of `<repeated_offenders>`, at most five. Empty where they are in error. */
export function readRepeatedOffenders(element: DialectElement, problems: ProblemList): readonly number[] {
  const text = readElementText(element, problems);
  if (text.trim() === '') {
    problems.addWarning(element.position, '<repeated_offenders> is empty and has no effect.');
    return [];
  }
  const minutes: number[] = [];
  for (const part of text.split(',')) {
    const value = parseDigits(part.trim());
    if (value === undefined || value === 0 || value * 60 > maximumTimeoutSeconds) {
      problems.addError(
        element.contentPosition,
        `${quoteValue(part.trim())} in <repeated_offenders> is not a number of minutes: write up to five, such as 30,60,120.`,
      );
      return [];
    }
    minutes.push(value);
  }
  if (minutes.length > 5) {
    problems.addWarning(
      element.contentPosition,
      `<repeated_offenders> has ${minutes.length} entries; only the first five are used.`,
    );
  }
  return minutes.slice(0, 5);
}

function refuseUnknownElements(block: DialectElement, problems: ProblemList): void {
  for (const { name, position } of block.children) {
    if (knownElements.includes(name)) continue;
    problems.addError(
      position,
      `<${name}> is not an element of <active-response>; it has ${knownElements.join(', ')}.${suggestName(name, knownElements)}`,
    );
  }
}

/** `yes` once given stays, whatever follows. // spec decisions */
function isDisabled(block: DialectElement, problems: ProblemList): boolean {
  const values = block.children
    .filter((child) => child.name === 'disabled')
    .map((element) => readYesNo(element, problems));
  return values.includes(true);
}

function readEnabled(
  block: DialectElement,
  commands: { readonly defined: readonly CommandDefinition[]; readonly names: ReadonlySet<string> },
  problems: ProblemList,
): ActiveResponse | undefined {
  const command = readCommandName(block, commands, problems);
  const locations = readLocationElement(block, problems);
  const isDefined = locations?.has('defined-agent') ?? false;
  const agentIds = readAgents(block, { isDefined, isKnown: locations !== undefined }, problems);
  const trigger = readTrigger(block, problems);
  const timeoutSeconds = readTimeout(block, command, problems);
  if (command === undefined || locations === undefined || agentIds === undefined) return undefined;
  if (isDefined && agentIds.length === 0) return undefined;
  const name = formatResponseName(command.name, timeoutSeconds);
  return { name, command, locations, agentIds, ...trigger, timeoutSeconds, position: block.position };
}

/** Command name and timeout, cut at 255 bytes. // spec decisions, "Commands, timeouts, extra_args" */
function formatResponseName(command: string, timeoutSeconds: number): string {
  const name = `${command}${timeoutSeconds}`;
  const bytes = Buffer.from(name);
  if (bytes.length <= maximumNameBytes) return name;
  return bytes
    .subarray(0, maximumNameBytes)
    .toString()
    .replace(/\ufffd$/, '');
}

function readCommandName(
  block: DialectElement,
  commands: { readonly defined: readonly CommandDefinition[]; readonly names: ReadonlySet<string> },
  problems: ProblemList,
): CommandDefinition | undefined {
  const element = findLast(block, 'command');
  const name = element === undefined ? '' : readElementText(element, problems);
  if (element === undefined || name === '') {
    problems.addError(
      element?.position ?? block.position,
      'this <active-response> has no <command>: it must name a <command> block of this file.',
    );
    return undefined;
  }
  const command = commands.defined.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  if (commands.names.has(name)) {
    problems.addError(
      element.contentPosition,
      `the command ${quoteValue(name)} cannot be used: its <command> block has no usable executable.`,
    );
    return undefined;
  }
  const known = commands.defined.map((candidate) => candidate.name);
  const choice = known.length === 0 ? 'there is none' : `there are ${known.map(quoteValue).join(', ')}`;
  problems.addError(
    element.contentPosition,
    `no <command> of this file has the name ${quoteValue(name)}; ${choice}.${suggestName(name, known)}`,
  );
  return undefined;
}

function readLocationElement(block: DialectElement, problems: ProblemList) {
  const element = findLast(block, 'location');
  if (element !== undefined) return readLocations(element, problems);
  problems.addError(
    block.position,
    'this <active-response> has no <location>: it must be local, server, defined-agent or all.',
  );
  return undefined;
}

function readAgents(
  block: DialectElement,
  location: { readonly isDefined: boolean; readonly isKnown: boolean },
  problems: ProblemList,
): readonly string[] | undefined {
  const element = findLast(block, 'agent_id');
  if (location.isDefined) {
    if (element !== undefined) return readAgentIds(element, problems);
    problems.addError(
      findLast(block, 'location')?.position ?? block.position,
      '<location> has defined-agent but there is no <agent_id>: name the agent, such as 001.',
    );
    return undefined;
  }
  if (element !== undefined && location.isKnown) {
    problems.addWarning(element.position, '<agent_id> has no effect: <location> does not have defined-agent.');
  }
  return [];
}

function readTimeout(block: DialectElement, command: CommandDefinition | undefined, problems: ProblemList): number {
  const element = findLast(block, 'timeout');
  if (element === undefined) return 0;
  const text = readElementText(element, problems);
  const seconds = parseDigits(text.trim());
  if (seconds === undefined || seconds > maximumTimeoutSeconds) {
    problems.addError(
      element.contentPosition,
      `<timeout> is ${quoteValue(text)}; it must be a whole number of seconds from 0 to ${maximumTimeoutSeconds} (ten years).`,
    );
    return 0;
  }
  if (seconds > 0 && command !== undefined && !command.timeoutAllowed) {
    problems.addWarning(
      element.contentPosition,
      `the command ${quoteValue(command.name)} does not allow a timeout, so ${seconds} becomes 0 and nothing is taken back: give it <timeout_allowed>yes</timeout_allowed>.`,
    );
    return 0;
  }
  return seconds;
}
