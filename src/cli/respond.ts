// riposte respond NAME: a built-in as a program of its own, as a script of the same name would be.
import { appendFileSync } from 'node:fs';
import { errorText } from '../alert/error-text.ts';
import { escapeLogText, logTime } from '../respond/log-line.ts';
import { actAsProgram, type ProgramIo, respondAsProgram } from '../respond/program.ts';
import { actions, builtInNames, builtIns, findBuiltIn } from '../respond/registry.ts';
import { createSystemHost } from '../system/processes.ts';
import { type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';

export async function runRespond(surroundings: Surroundings, name: string, options: CommonOptions): Promise<number> {
  const response = findBuiltIn(builtIns(), name);
  const action = actions().find((one) => one.name === name);
  const io = openProgramIo(surroundings, name, options);
  if (action !== undefined) return actAsProgram(action, createSystemHost(), io);
  if (response === undefined) {
    throw new CommandFailure(
      `no built-in response is named ${JSON.stringify(name)}: one of ${builtInNames().join(', ')}`,
      exitStatus.usage,
    );
  }
  try {
    return await respondAsProgram(response, createSystemHost(), io);
  } finally {
    await response.close();
  }
}

function openProgramIo(surroundings: Surroundings, name: string, options: CommonOptions): ProgramIo {
  const paths = choosePaths(options, surroundings);
  return {
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
  };
}
