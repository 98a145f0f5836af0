// Reads `<command>`: what can run. // spec active-response §2
import type { DialectElement } from './dialect.ts';
import { findLast, readElementText, readYesNo, warnOfRepeats } from './element-text.ts';
import { suggestName } from './nearest-name.ts';
import type { CommandDefinition } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';

const knownElements = ['name', 'executable', 'timeout_allowed', 'extra_args', 'expect'];

/**
 * The commands of the whole file, in document order. A command without a usable name or executable is left out: told as
 * an error, or as a warning where Wazuh accepts the block and merely never runs it.
 */
export function readCommands(blocks: readonly DialectElement[], problems: ProblemList): CommandDefinition[] {
  const commands: CommandDefinition[] = [];
  for (const block of blocks) {
    const command = readCommand(block, problems);
    if (command === undefined) continue;
    const earlier = commands.find((other) => other.name === command.name);
    if (earlier === undefined) {
      commands.push(command);
      continue;
    }
    problems.addError(
      command.position,
      `the command ${quoteValue(command.name)} is already defined at line ${earlier.position.line}: keep one of the two or rename one.`,
    );
  }
  return commands;
}

function readCommand(block: DialectElement, problems: ProblemList): CommandDefinition | undefined {
  refuseUnknownElements(block, problems);
  warnOfRepeats(block, problems);
  const name = readName(block, problems);
  const executable = readExecutable(block, problems);
  const timeoutAllowed = findLast(block, 'timeout_allowed');
  const isAllowed = timeoutAllowed === undefined ? false : readYesNo(timeoutAllowed, problems);
  const extraArgs = findLast(block, 'extra_args');
  const expect = findLast(block, 'expect');
  if (expect !== undefined) {
    problems.addWarning(expect.position, '<expect> has had no effect since Wazuh 4.2 and is ignored: leave it out.');
  }
  if (name === undefined || executable === undefined) return undefined;
  return {
    name,
    executable,
    timeoutAllowed: isAllowed ?? false,
    extraArgs: extraArgs === undefined ? [] : splitArguments(readElementText(extraArgs, problems)),
    position: block.position,
  };
}

/** Split at spaces alone: tabs, quotes and backslashes belong to an argument. // spec decisions, extra_args */
function splitArguments(text: string): string[] {
  return text.split(' ').filter((argument) => argument !== '');
}

function refuseUnknownElements(block: DialectElement, problems: ProblemList): void {
  for (const { name, position } of block.children) {
    if (knownElements.includes(name)) continue;
    problems.addError(
      position,
      `<${name}> is not an element of <command>; it has ${knownElements.join(', ')}.${suggestName(name, knownElements)}`,
    );
  }
}

function readName(block: DialectElement, problems: ProblemList): string | undefined {
  const element = findLast(block, 'name');
  if (element === undefined) {
    problems.addError(block.position, 'this <command> has no <name>: <active-response> refers to it by name.');
    return undefined;
  }
  const name = readElementText(element, problems);
  if (name === '') {
    problems.addWarning(element.position, '<name> is empty, so nothing can use this command.');
    return undefined;
  }
  if (name.startsWith('!')) {
    problems.addError(
      element.contentPosition,
      `the name ${quoteValue(name)} must not start with "!": that mark means a script by its file name.`,
    );
    return undefined;
  }
  return name;
}

function readExecutable(block: DialectElement, problems: ProblemList): string | undefined {
  const element = findLast(block, 'executable');
  if (element === undefined) {
    problems.addError(
      block.position,
      'this <command> has no <executable>: the file name of a script or the name of a built-in.',
    );
    return undefined;
  }
  const executable = readElementText(element, problems);
  if (executable === '') {
    problems.addWarning(element.position, '<executable> is empty, so this command cannot run.');
    return undefined;
  }
  if (/[/\\]|\.\.|\0/.test(executable) || executable === '.') {
    problems.addError(
      element.contentPosition,
      `the executable ${quoteValue(executable)} must be the name of a file in active-response/bin, without "/", "\\" or "..".`,
    );
    return undefined;
  }
  return executable;
}
