// The ruleset that a command is about: by its options that of a home, or a folder, and files besides.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { openRulesetFolder, type RulesetPlace, readHomeRuleset } from '../manager/home-ruleset.ts';
import { type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';

export interface PlaceOptions extends CommonOptions {
  /** A folder with `decoders`, `rules` and `lists`, in place of a home. */
  readonly ruleset?: string;
  readonly rules?: readonly string[];
  readonly decoders?: readonly string[];
}

const collect = (path: string, before: readonly string[] = []): readonly string[] => [...before, path];

export function addPlaceFlags(command: Command): Command {
  return command
    .option('--ruleset <dir>', 'a folder with decoders, rules and lists, in place of the home')
    .addOption(new Option('--rules <file>', 'a rule file besides; may be given several times').argParser(collect))
    .addOption(
      new Option('--decoders <file>', 'a decoder file besides; may be given several times').argParser(collect),
    );
}

/** Throws CommandFailure where a folder or file that the command line names is not there. */
export function choosePlace(options: PlaceOptions, surroundings: Surroundings): RulesetPlace {
  const extra = { rules: findFiles(options.rules), decoders: findFiles(options.decoders) };
  if (options.ruleset === undefined) {
    const { conf, home } = choosePaths(options, surroundings);
    return readHomeRuleset(conf, home, extra);
  }
  return openFolderOrFail(options.ruleset, extra);
}

export function openFolderOrFail(folder: string, extra?: Parameters<typeof openRulesetFolder>[1]): RulesetPlace {
  const place = openRulesetFolder(resolve(folder), extra);
  if (place !== undefined) return place;
  throw new CommandFailure(`${folder} has no folder "decoders" or "rules": name a ruleset`, exitStatus.usage);
}

function findFiles(paths: readonly string[] = []): readonly string[] {
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) throw new CommandFailure(`there is no file ${missing}`, exitStatus.usage);
  return paths.map((path) => resolve(path));
}
