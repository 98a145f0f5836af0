// Configuration and ruleset of one home, loaded together: what a service decides by, now and after a reload.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OssecConf, type RulesetSources, readOssecConf } from '../config/ossec-conf.ts';
import type { Problem } from '../config/position.ts';
import { resolveExecutable } from '../config/resolve-executable.ts';
import { prepareDecisions } from '../decide/decide.ts';
import type { TextMatcher } from '../decide/facts.ts';
import { createDetector, type Engine } from '../detect/engine.ts';
import { loadRuleset } from '../detect/load.ts';
import { compileExpression, type ExpressionKind, Subject } from '../detect/patterns/expression.ts';
import { chooseRulesetFiles, type RulesetDisk } from '../detect/ruleset-files.ts';
import { type DetectionSnapshot, mergeSnapshots } from '../detect/snapshot.ts';
import type { CorrelationUpdate } from './checkpointer.ts';
import type { HomePaths } from './home.ts';
import type { PipelineRules } from './pipeline.ts';
import { createFolderReader } from './scripts-folder.ts';

export interface LoadedRules extends PipelineRules {
  readonly detector: Engine;
  /** The same rules with nothing remembered. */
  readonly createFreshDetector: () => Engine;
  readonly conf: OssecConf;
  readonly counts: { readonly decoders: number; readonly rules: number; readonly lists: number };
}

export interface LoadOutcome {
  /** Undefined where there is an error: what was loaded before stays. */
  readonly loaded: LoadedRules | undefined;
  readonly problems: readonly Problem[];
}

export interface Rules {
  /** Reads everything anew; the correlation state of what was loaded before goes on. */
  load(): LoadOutcome;
  current(): LoadedRules;
  restore(segments: readonly string[]): void;
  /** What changed since the last call; from time to time all of it. */
  takeCorrelation(): CorrelationUpdate | undefined;
  /** Whether a file in the scripts folder answers to this executable. */
  hasScript(executable: string): boolean;
}

/** Calls of takeCorrelation after which all of the state takes the place of the many changes; earlier where they hold twice as many events as there are. */
const changesBetweenWholes = 600;

const packageFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Without `<ruleset>`: the shipped rules, then the home's own. */
function defaultSources(home: string): RulesetSources {
  const pattern = '.xml$';
  const folders = (name: string, own: string) =>
    [join(packageFolder, 'ruleset', name), join(home, own)]
      .filter((path) => existsSync(path))
      .map((path) => ({ path, pattern }));
  const lists = join(home, 'etc/lists');
  return {
    decoderDirs: folders('decoders', 'etc/decoders'),
    ruleDirs: folders('rules', 'etc/rules'),
    decoderIncludes: [],
    ruleIncludes: [],
    decoderExcludes: [],
    ruleExcludes: [],
    lists: existsSync(lists) ? readdirSync(lists).map((name) => `etc/lists/${name}`) : [],
  };
}

function openDisk(home: string): RulesetDisk {
  const read = <Value>(path: string, how: (absolute: string) => Value): Value | undefined => {
    try {
      return how(resolve(home, path));
    } catch {
      return undefined;
    }
  };
  return {
    list: (directory) => read(directory, (path) => readdirSync(path)),
    read: (file) => read(file, (path) => readFileSync(path, 'latin1')),
  };
}

function compileMatcher(kind: ExpressionKind): (pattern: string) => TextMatcher {
  return (pattern) => {
    const compiled = compileExpression(kind, Buffer.from(pattern).toString('latin1'));
    if (!compiled.ok) return () => false;
    return (text) => compiled.expression.test(new Subject(text));
  };
}

const compilers = {
  compileGroupPattern: compileMatcher('osregex'),
  compileNamePattern: compileMatcher('osmatch'),
};

function loadAll(paths: HomePaths, hostname: string, logtest: boolean): LoadOutcome {
  const { conf, problems } = readOssecConf(readFileSync(paths.conf, 'utf8'), paths.conf);
  if (conf === undefined) return { loaded: undefined, problems };
  const disk = openDisk(paths.home);
  const {
    ruleset,
    problems: found,
    counts,
  } = loadRuleset({
    files: chooseRulesetFiles(conf.ruleset ?? defaultSources(paths.home), disk),
    disk,
    logAlertLevel: conf.logAlertLevel,
    emailAlertLevel: conf.emailAlertLevel,
  });
  const all = [...problems, ...found];
  if (ruleset === undefined) return { loaded: undefined, problems: all };
  const { logAlertLevel, memorySize } = conf;
  const createFreshDetector = (): Engine => createDetector(ruleset, { hostname, logAlertLevel, memorySize, logtest });
  const table = prepareDecisions(conf, compilers);
  return { loaded: { detector: createFreshDetector(), createFreshDetector, conf, counts, table }, problems: all };
}

function isEmpty(snapshot: DetectionSnapshot): boolean {
  const { events, matched, firstSeen, firedTimes, ignoredSince, lastLogs } = snapshot;
  const lists = [events, matched, firstSeen, Object.keys(firedTimes), Object.keys(ignoredSince), Object.keys(lastLogs)];
  return lists.every((list) => list.length === 0);
}

export interface RulesOptions {
  readonly paths: HomePaths;
  readonly hostname: string;
  readonly nowMs: () => number;
  /** Behave as logtest does. // spec ruleset §10 */
  readonly logtest: boolean;
}

export function createRules({ paths, hostname, nowMs, logtest }: RulesOptions): Rules {
  const readScripts = createFolderReader(paths.scripts);
  let current: LoadedRules | undefined;
  let untilWhole = 0;
  let eventsSinceWhole = 0;
  const currentOrThrow = (): LoadedRules => {
    if (current === undefined) throw new Error('no configuration is loaded');
    return current;
  };
  return {
    current: currentOrThrow,
    load() {
      const outcome = loadAll(paths, hostname, logtest);
      if (outcome.loaded !== undefined) {
        if (current !== undefined) outcome.loaded.detector.restore(current.detector.snapshot());
        current = outcome.loaded;
        untilWhole = 0;
      }
      return outcome;
    },
    restore(segments) {
      const [first, ...rest] = segments.map((segment) => JSON.parse(segment) as DetectionSnapshot);
      if (first !== undefined) currentOrThrow().detector.restore(rest.reduce(mergeSnapshots, first));
    },
    takeCorrelation() {
      const { detector, conf } = currentOrThrow();
      const changes = detector.changes();
      if (isEmpty(changes)) return undefined;
      eventsSinceWhole += changes.events.length;
      const replace = untilWhole === 0 || eventsSinceWhole > 2 * conf.memorySize;
      untilWhole = replace ? changesBetweenWholes : untilWhole - 1;
      if (replace) eventsSinceWhole = 0;
      const snapshot = replace ? detector.snapshot() : changes;
      return { replace, segment: { newestMs: nowMs(), body: JSON.stringify(snapshot) } };
    },
    hasScript: (executable) => resolveExecutable(executable, readScripts(), []).kind !== 'missing',
  };
}
