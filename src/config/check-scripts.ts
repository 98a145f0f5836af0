// What is wrong with the scripts that the responses of an ossec.conf would run.
import { posix } from 'node:path';
import type { HomeFiles } from './home-files.ts';
import type { ActiveResponse, CommandDefinition, OssecConf } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';
import { resolveExecutable } from './resolve-executable.ts';
import { findUnsafePath } from './script-safety.ts';

export interface ScriptCheck {
  readonly home: string;
  readonly files: HomeFiles;
  readonly builtIns: readonly string[];
  /** Whether scripts would run as root: only then is it asked who else can change them. */
  readonly asRoot: boolean;
}

const executeBits = 0o111;

/** Looks at the script of each command that a response uses. */
export function checkScripts(conf: OssecConf, check: ScriptCheck, problems: ProblemList): void {
  const folder = posix.join(check.home, 'active-response', 'bin');
  const names = check.files.listFolder(folder) ?? [];
  const scripts = names.filter((name) => check.files.getStatus(posix.join(folder, name))?.kind !== 'folder');
  for (const command of new Set(conf.activeResponses.map((response) => response.command))) {
    const isNeededHere = conf.activeResponses.some(
      (response) => response.command === command && runsOnThisHost(response),
    );
    checkCommand(command, { ...check, folder, scripts, isNeededHere }, problems);
  }
}

/** Agents have scripts of their own; this host runs those of `server`, and of `local` for its own events. */
function runsOnThisHost(response: ActiveResponse): boolean {
  const isForWindows = response.command.executable.toLowerCase().endsWith('.exe');
  return response.locations.has('server') || (response.locations.has('local') && !isForWindows);
}

interface CommandCheck extends ScriptCheck {
  readonly folder: string;
  readonly scripts: readonly string[];
  readonly isNeededHere: boolean;
}

function checkCommand(command: CommandDefinition, check: CommandCheck, problems: ProblemList): void {
  const resolved = resolveExecutable(command.executable, check.scripts, check.builtIns);
  const executable = quoteValue(command.executable);
  const add = (message: string) =>
    check.isNeededHere ? problems.addError(command.position, message) : problems.addWarning(command.position, message);
  if (resolved.kind === 'ambiguous') {
    add(
      `the executable ${executable} means several files of ${check.folder}: ${resolved.files.join(', ')}; name one in full.`,
    );
  } else if (resolved.kind === 'missing') {
    const where = check.isNeededHere ? '' : ' It is needed on agents only.';
    add(
      `the executable ${executable} is neither a file of ${check.folder} nor built in (${check.builtIns.join(', ')}).${where}`,
    );
  } else if (resolved.kind === 'script') {
    const fault = findFault(posix.join(check.folder, resolved.file), check);
    if (fault !== undefined) add(`the executable ${executable} will be refused: ${fault}.`);
  }
}

function findFault(script: string, check: CommandCheck): string | undefined {
  const target = check.files.resolveLinks(script);
  const status = target === undefined ? undefined : check.files.getStatus(target);
  if (target === undefined || status === undefined) return `${script} leads to no file`;
  if (status.kind !== 'file') return `${target} is not a file`;
  if ((status.mode & executeBits) === 0) return `${target} is not executable (chmod 750)`;
  return check.asRoot ? findUnsafePath(script, check.files) : undefined;
}
