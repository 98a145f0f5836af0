// Checks a home before anything runs: its ossec.conf, and what the configuration needs on this host.
import { checkRuleset } from './check-ruleset.ts';
import { checkScripts, type ScriptCheck } from './check-scripts.ts';
import { parseDialect } from './dialect.ts';
import { readOssecConf } from './ossec-conf.ts';
import type { Problem } from './position.ts';
import { ProblemList } from './problem-list.ts';

export interface HomeCheck extends ScriptCheck {
  /** The path of the ossec.conf. */
  readonly confFile: string;
}

/** The group that owns scripts and folders of a Wazuh home. */
const wazuhGroup = 'wazuh';

/**
 * Every problem at once, in file order. The scripts are looked at where the configuration itself has no error. Reads
 * through `files` alone and changes nothing.
 */
export function checkHome(check: HomeCheck): readonly Problem[] {
  const start = { file: check.confFile, line: 1, column: 1 };
  const problems = new ProblemList();
  const text = check.files.readText(check.confFile);
  if (text === undefined) {
    problems.addError(start, 'this file does not exist or cannot be read.');
    return problems.sorted();
  }
  const { conf, problems: found } = readOssecConf(text, check.confFile);
  problems.addAll(found);
  if (conf !== undefined) checkScripts(conf, check, problems);
  checkRuleset(parseDialect(text, check.confFile), check, problems);
  if (!hasGroup(check.files.readText('/etc/group') ?? '', wazuhGroup)) {
    problems.addWarning(
      start,
      `there is no group "${wazuhGroup}" on this host: folders and scripts belong to root:root.`,
    );
  }
  return problems.sorted();
}

function hasGroup(groupFile: string, name: string): boolean {
  return groupFile.split('\n').some((line) => line.startsWith(`${name}:`));
}
