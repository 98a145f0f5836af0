// The command line: one file per command, this one names them and turns failures into exit statuses.
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { escapeControls } from '../alert/escape.ts';
import { runBlock } from './block.ts';
import { runCheck } from './check.ts';
import type { Surroundings } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';
import { runExpire } from './expire.ts';
import { runHistory } from './history.ts';
import { runList } from './list.ts';
import { runLogtest } from './logtest.ts';
import { runRespond } from './respond.ts';
import { runRevert } from './revert.ts';
import { addRulesetCommands } from './ruleset-commands.ts';
import { runReconcile, runReload, runStatus } from './service-commands.ts';
import { addSettingFlags } from './setting-flags.ts';
import { runSettings } from './settings.ts';
import { runStart } from './start.ts';
import { describeSurroundings } from './surroundings.ts';

function parseSeconds(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number of seconds is needed.');
  return Number(text);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('a whole number from 1 on is needed.');
  return Number(text);
}

function addCommand(program: Command, usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .option('--home <dir>', 'the installation that is meant (RIPOSTE_HOME)')
    .option('--beside-wazuh', 'the home belongs to Wazuh or OSSEC: only read there');
}

const json = (): Option => new Option('--json', 'print JSON, for programs');

function describeCommands(program: Command, surroundings: Surroundings, finish: (status: number) => void): void {
  const act =
    <Arguments extends unknown[]>(run: (surroundings: Surroundings, ...rest: Arguments) => Promise<number>) =>
    async (...rest: Arguments): Promise<void> =>
      finish(await run(surroundings, ...rest));

  addSettingFlags(addCommand(program, 'start', 'run manager and local agent in this process')).action(act(runStart));
  addCommand(program, 'check [file]', 'list every problem of a configuration').addOption(json()).action(act(runCheck));
  addCommand(program, 'reload', 'load the configuration again; a bad one is refused whole')
    .addOption(json())
    .action(act(runReload));
  addCommand(program, 'settings', 'show each setting with value, default and origin')
    .addOption(json())
    .action(act(runSettings));
  addCommand(program, 'logtest', 'what each line of standard input would lead to, and why')
    .addOption(json())
    .option('-l, --location <text>', 'where the lines come from', 'stdin')
    .option('-q, --quiet', 'print nothing: the exit status of -U tells')
    .option('-v, --verbose', 'show the rules that were tried')
    .option('--trace', 'show them with what each failed on')
    .option('-U, --unit-test <rule:level:decoder>', 'end with status 0 if the last line leads to these, else 1')
    .option('--envelope', 'lines come as Q:LOCATION:LINE, and are taken as the service takes them')
    .option('--agents <file>', 'JSON file of the agents that there are')
    .option('--listen <path>', "answer at a socket as Wazuh's logtest service does")
    .addOption(
      new Option('--never-block <set>', "addresses never to block: this host's own, its gateways …, or none")
        .choices(['host', 'none'])
        .default('host'),
    )
    .action(act(runLogtest));
  addRulesetCommands(program, { add: addCommand, json, act });
  addCommand(program, 'list', 'what is in force now').addOption(json()).action(act(runList));
  addCommand(program, 'history', 'what was decided, and what became of it')
    .addOption(json())
    .option('--target <text>', 'only this address or account')
    .option('--limit <n>', 'newest so many', parseCount, 50)
    .action(act(runHistory));
  addCommand(program, 'revert [target]', 'lift what is in force: by target, by id, or all of it')
    .option('--all', 'everything')
    .addOption(json())
    .action(act(runRevert));
  addCommand(program, 'expire', 'lift what ran out while no service ran; for a timer')
    .addOption(json())
    .action(act(runExpire));
  addCommand(program, 'block <target>', 'run a response by hand; the guards hold')
    .requiredOption('--response <name>', 'a command of the configuration, or a response by its full name')
    .option('--timeout <seconds>', 'how long', parseSeconds)
    .addOption(json())
    .action(act(runBlock));
  addCommand(program, 'reconcile', 'compare journal and machine now, and make them agree')
    .addOption(json())
    .action(act(runReconcile));
  addCommand(program, 'status', 'whether the service is ready, and what it has done')
    .addOption(json())
    .action(act(runStatus));
  addCommand(program, 'respond <name>', "a built-in response as a program, through Wazuh's protocol").action(
    act(runRespond),
  );
}

function isPermission(error: unknown): error is Error {
  return error instanceof Error && ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(version);
}

/** Runs one command line (without `node` and the script's name) and gives the exit status. */
export async function main(
  argv: readonly string[],
  surroundings: Surroundings = describeSurroundings(),
): Promise<number> {
  let status: number = exitStatus.done;
  const program = new Command('riposte')
    .description('Answers alerts: blocks, locks and runs your scripts where a rule says so, and takes it back on time.')
    .version(readVersion())
    .exitOverride()
    .configureOutput({ writeOut: surroundings.out, writeErr: surroundings.err });
  describeCommands(program, surroundings, (result) => {
    status = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.usage;
    if (error instanceof CommandFailure) {
      surroundings.err(`riposte: ${escapeControls(error.message)}\n`);
      return error.status;
    }
    if (isPermission(error)) {
      surroundings.err(`riposte: not permitted: ${error.message}\n`);
      return exitStatus.notPermitted;
    }
    surroundings.err(`riposte: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return exitStatus.failed;
  }
}
