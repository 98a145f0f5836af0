// riposte ruleset …: the commands for those who write rules.
import { type Command, Option } from 'commander';
import type { Surroundings } from './context.ts';
import { runRulesetCheck } from './ruleset-check.ts';
import { runRulesetDiff } from './ruleset-diff.ts';
import { addPlaceFlags } from './ruleset-place.ts';
import { runRulesetTest } from './ruleset-test.ts';

/** What main.ts does for each command. */
export interface CommandMaker {
  readonly add: (program: Command, usage: string, description: string) => Command;
  readonly json: () => Option;
  readonly act: <Arguments extends unknown[]>(
    run: (surroundings: Surroundings, ...rest: Arguments) => Promise<number>,
  ) => (...rest: Arguments) => Promise<void>;
}

export function addRulesetCommands(program: Command, { add, json, act }: CommandMaker): void {
  const ruleset = program.command('ruleset').description('check, test and compare decoders and rules');
  addPlaceFlags(add(ruleset, 'check', 'list every problem of decoders, lists and rules'))
    .option('--all', 'with warnings about files that came with the ruleset')
    .addOption(json())
    .action(act(runRulesetCheck));
  addPlaceFlags(add(ruleset, 'test [files...]', 'run samples: lines that make a rule fire, and lines that do not'))
    .addOption(json())
    .action(act(runRulesetTest));
  addPlaceFlags(add(ruleset, 'diff [logfiles...]', "what the shipped ruleset and Wazuh's make of the same lines"))
    .addOption(new Option('--wazuh <dir>', "Wazuh's folder with decoders, rules and lists").makeOptionMandatory())
    .addOption(json())
    .action(act(runRulesetDiff));
}
