// From a script's file to a running process, or to the reason why not.
import { join } from 'node:path';
import { errorText } from '../../alert/error-text.ts';
import { type Launched, launch } from '../../system/launch.ts';
import { checkScript } from './safe-script.ts';
import { chooseInterpreter } from './shebang.ts';

export interface StartRequest {
  /** Absolute path. */
  readonly path: string;
  /** Relative to the home; argv[0]. */
  readonly program: string;
  /** Working directory. // spec active-response §1 */
  readonly home: string;
  readonly asRoot: boolean;
}

export type Started =
  | { readonly started: true; readonly process: Launched }
  | { readonly started: false; readonly reason: string };

const shell = '/bin/sh';

// Nothing of ours: a token or a library path in the service's environment is not the script's business.
const environment = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin',
  LANG: 'C.UTF-8',
};

/** Checks and starts in one turn of the event loop: nothing of ours comes between the look and the start. */
export function startScript(request: StartRequest): Started {
  const check = checkScript(request.path, request.asRoot);
  if (!check.safe) return { started: false, reason: check.reason };
  const interpreter = chooseInterpreter(request.path, check.head);
  if (interpreter.kind === 'error') return { started: false, reason: interpreter.reason };
  // The kernel hands the name that is executed to the interpreter as `$0`: the relative one, as Wazuh does.
  const name = join(request.home, request.program) === request.path ? request.program : request.path;
  const byShell = interpreter.kind === 'shell';
  try {
    const process = launch({
      path: byShell ? shell : name,
      argv: byShell ? [shell, name] : [request.program],
      env: environment,
      cwd: request.home,
    });
    return { started: true, process };
  } catch (error) {
    return { started: false, reason: explain(request.path, check.head, error) };
  }
}

function explain(path: string, head: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' && head.startsWith('#!')) {
    return `${path} asks for an interpreter that does not exist: ${head.slice(2).split('\n', 1)[0]?.trim()}`;
  }
  if (code === 'ENOENT') return `${path}: the program, its loader or the home folder does not exist`;
  if (code === 'ENOEXEC') return `${path} is not a program for this machine`;
  if (code === 'EACCES') return `${path}: no permission to execute it (file mode, or a file system mounted noexec)`;
  return `${path} could not be started: ${errorText(error)}`;
}
