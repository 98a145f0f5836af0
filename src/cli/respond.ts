// riposte respond NAME: a built-in as a program of its own, as a script of the same name would be.
import { appendFileSync } from 'node:fs';
import { errorText } from '../alert/error-text.ts';
import { escapeLogText, logTime } from '../respond/log-line.ts';
import { respondAsProgram } from '../respond/program.ts';
import { builtIns, findBuiltIn } from '../respond/registry.ts';
import { createSystemHost } from '../system/processes.ts';
import { type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';

export async function runRespond(surroundings: Surroundings, name: string, options: CommonOptions): Promise<number> {
  const list = builtIns();
  const response = findBuiltIn(list, name);
  if (response === undefined) {
    const known = list.map((one) => one.name).join(', ');
    throw new CommandFailure(
      `no built-in response is named ${JSON.stringify(name)}: one of ${known}`,
      exitStatus.usage,
    );
  }
  const paths = choosePaths(options, surroundings);
  try {
    return await respondAsProgram(response, createSystemHost(), {
      input: surroundings.input,
      write: surroundings.out,
      log: (text) => {
        const line = `${logTime(surroundings.nowMs())} active-response/bin/${name}: ${escapeLogText(text)}\n`;
        try {
          appendFileSync(paths.responsesLog, line);
        } catch (error) {
          surroundings.err(`riposte: ${paths.responsesLog}: ${errorText(error)}\n${line}`);
        }
      },
    });
  } finally {
    await response.close();
  }
}
