// What every command needs: the home that is meant, and how to reach its service.
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { escapeControls } from '../alert/escape.ts';
import { formatProblem, type Problem } from '../config/position.ts';
import { type HomePaths, homePaths } from '../manager/home.ts';
import { askService, NotPermitted, Refused, ServiceDown } from '../serve/control-client.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';

/** Options that every command takes. */
export interface CommonOptions {
  readonly home?: string;
  readonly besideWazuh?: boolean;
  readonly json?: boolean;
}

/** What a command may know of its surroundings; handed in, so that a test can set it. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  readonly defaultHome: string;
  /** The address from which the person at the terminal is logged in by SSH. */
  readonly sshClient: string | undefined;
  readonly nowMs: () => number;
  /** Standard input. */
  readonly input: Readable;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export function tellProblems(problems: readonly Problem[], surroundings: Pick<Surroundings, 'err'>): void {
  for (const problem of problems) surroundings.err(`${escapeControls(formatProblem(problem))}\n`);
}

export const besideFolders = { state: '/var/lib/riposte', logs: '/var/log/riposte' } as const;

export function choosePaths(options: CommonOptions, surroundings: Surroundings): HomePaths {
  const home = resolve(options.home ?? surroundings.defaultHome);
  return homePaths(home, options.besideWazuh === true ? besideFolders : undefined);
}

/** Asks the service of this home; undefined where none runs. Throws CommandFailure for its refusals. */
export async function askIfUp(
  paths: HomePaths,
  command: string,
  parameters: Record<string, unknown> = {},
): Promise<unknown> {
  try {
    return await askService(paths.socket, command, parameters);
  } catch (error) {
    if (error instanceof ServiceDown) return undefined;
    if (error instanceof NotPermitted) throw new CommandFailure(error.message, exitStatus.notPermitted);
    if (error instanceof Refused) throw new CommandFailure(error.message, exitStatus.refused);
    throw error;
  }
}

/** Asks the service of this home. Throws CommandFailure where none runs. */
export async function ask(
  paths: HomePaths,
  command: string,
  parameters: Record<string, unknown> = {},
): Promise<unknown> {
  const result = await askIfUp(paths, command, parameters);
  if (result === undefined) {
    throw new CommandFailure(
      `no service runs for ${paths.home}: start it with "riposte start"`,
      exitStatus.serviceDown,
    );
  }
  return result;
}
