// The ruleset that ships with the project, loaded and ready to be tried.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDetector, type Engine } from '../../src/detect/engine.ts';
import { type LoadResult, loadRuleset } from '../../src/detect/load.ts';
import { chooseRulesetFiles, type RulesetDisk } from '../../src/detect/ruleset-files.ts';

export { runSession } from '../../src/detect/samples/session.ts';

export const rulesetFolder = join(import.meta.dirname, '../../ruleset');

const disk: RulesetDisk = {
  list: (directory) => (directory.startsWith('ruleset/') ? readdirSync(inProject(directory)) : []),
  read: (path) => readFileSync(inProject(path), 'latin1'),
};

function inProject(path: string): string {
  return join(rulesetFolder, '..', path);
}

const sources = {
  decoderDirs: [{ path: 'ruleset/decoders', pattern: '.xml$' }],
  ruleDirs: [{ path: 'ruleset/rules', pattern: '.xml$' }],
  decoderIncludes: [],
  ruleIncludes: [],
  decoderExcludes: [],
  ruleExcludes: [],
  lists: [],
};

export function loadShipped(): LoadResult {
  return loadRuleset({
    files: chooseRulesetFiles(sources, disk),
    disk,
    logAlertLevel: 3,
    emailAlertLevel: 12,
  });
}

export function startShipped(loaded: LoadResult): Engine {
  if (loaded.ruleset === undefined) throw new Error(JSON.stringify(loaded.problems, undefined, 2));
  return createDetector(loaded.ruleset, { hostname: 'manager', logAlertLevel: 3, memorySize: 8192, logtest: true });
}
