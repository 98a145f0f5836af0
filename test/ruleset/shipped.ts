// The ruleset that ships with the project, loaded and ready to be tried.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDetector, type Engine, type LogtestResult } from '../../src/detect/engine.ts';
import { type LoadResult, loadRuleset } from '../../src/detect/load.ts';
import { chooseRulesetFiles, type RulesetDisk } from '../../src/detect/ruleset-files.ts';

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

/** A line of a log, or an event of the Windows event channel. */
export type Line = string | { readonly windowsEvent: string };

/** One line, so many seconds after the start of the session. */
export type TimedLine = readonly [offsetSeconds: number, line: Line];

/** What became of the last line of a session. */
export function runSession(engine: Engine, lines: readonly TimedLine[]): LogtestResult {
  let result: LogtestResult | undefined;
  for (const [index, [offset, line]] of lines.entries()) {
    const [kind, text] =
      typeof line === 'string' ? (['log', line] as const) : (['windows-event', line.windowsEvent] as const);
    result = engine.logtest({
      id: `1.${index}`,
      location: '/var/log/auth.log',
      text: Buffer.from(text, 'utf8').toString('latin1'),
      timeMs: 1_790_000_000_000 + offset * 1000,
      kind,
    });
  }
  if (result === undefined) throw new Error('a session without lines');
  return result;
}
