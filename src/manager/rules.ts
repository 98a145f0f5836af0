// Configuration and ruleset of one home, loaded together: what a service decides by, now and after a reload.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleFacts } from '../alert/alert.ts';
import { type OssecConf, type OssecConfResult, readOssecConf } from '../config/ossec-conf.ts';
import type { Problem } from '../config/position.ts';
import { resolveExecutable } from '../config/resolve-executable.ts';
import { finishSteps, type Steps, takeSteps } from '../config/steps.ts';
import { prepareDecisions } from '../decide/decide.ts';
import type { TextMatcher } from '../decide/facts.ts';
import { createDetector, type Engine } from '../detect/engine.ts';
import { type LoadResult, loadRulesetInSteps } from '../detect/load.ts';
import { compileExpression, type ExpressionKind, Subject } from '../detect/patterns/expression.ts';
import { type PatternOwner, PatternWatch, type PatternWatchOptions } from '../detect/patterns/pattern-watch.ts';
import type { RecordOptions } from '../detect/records.ts';
import type { MitreTable } from '../detect/rules/mitre.ts';
import type { Rule } from '../detect/rules/rule.ts';
import { type DetectionSnapshot, mergeSnapshots } from '../detect/snapshot.ts';
import { readAttackTechniques } from './attack-techniques.ts';
import type { CorrelationUpdate } from './checkpointer.ts';
import type { HomePaths } from './home.ts';
import { openHomeRuleset, shippedRuleset } from './home-ruleset.ts';
import type { PipelineRules } from './pipeline.ts';
import { type RulesetTexts, recordTexts } from './ruleset-texts.ts';
import { createFolderReader } from './scripts-folder.ts';

export interface LoadedRules extends PipelineRules {
  readonly detector: Engine;
  /** The same rules with nothing remembered. */
  readonly createFreshDetector: () => Engine;
  readonly conf: OssecConf;
  /** Every rule, for checks of the configuration. */
  readonly listRules: () => readonly RuleFacts[];
  readonly counts: { readonly decoders: number; readonly rules: number; readonly lists: number };
  /** What it was loaded from, where that was asked for. */
  readonly texts: RulesetTexts | undefined;
  /** Ids of the rules with `<global_frequency>`. */
  readonly rulesOverAgents: readonly string[];
  /** Names of techniques and tactics. */
  readonly mitre: MitreTable;
  /** See EngineOptions. */
  readonly seed: number;
  /** What the detector keeps besides alerts; a fresh one keeps nothing. */
  readonly records: RecordOptions | undefined;
  /** Is told of slow patterns of this ruleset where it is loaded once more from its texts. */
  readonly tellSlow: PatternWatchOptions['onSlow'];
}

/** Who remembers the events: an engine, or several behind one face. */
export type Rememberer = Pick<Engine, 'changes' | 'snapshot' | 'restore'>;

export interface LoadOutcome {
  /** Undefined where there is an error: what was loaded before stays. */
  readonly loaded: LoadedRules | undefined;
  readonly problems: readonly Problem[];
}

export interface ReadOptions {
  /** Keep the texts of the ruleset; as well where those of the rules in use were kept. */
  readonly keepsTexts: boolean;
}

export interface Rules {
  /** Reads everything anew. Nothing of it is used yet. */
  read(options?: ReadOptions): LoadOutcome;
  /** The same, with a `turn` after each file. */
  readInTurns(turn: () => Promise<void>, options?: ReadOptions): Promise<LoadOutcome>;
  /** From now on these hold; the correlation state of those before goes on. */
  use(loaded: LoadedRules): void;
  current(): LoadedRules;
  /** From now on the correlation state is with this one, of so many memories, which carries it on by itself where other rules come. */
  rememberIn(rememberer: Rememberer, memories: number): void;
  restore(segments: readonly string[]): void;
  /** What changed since the last call; from time to time all of it. */
  takeCorrelation(): CorrelationUpdate | undefined;
  /** Whether a file in the scripts folder answers to this executable. */
  hasScript(executable: string): boolean;
}

/** Calls of takeCorrelation after which all of the state takes the place of the many changes; earlier where they hold twice as many events as there are. */
const changesBetweenWholes = 600;

function compileMatcher(kind: ExpressionKind): (pattern: string) => TextMatcher {
  return (pattern) => {
    const compiled = compileExpression(kind, Buffer.from(pattern).toString('latin1'));
    if (!compiled.ok) return () => false;
    return (text) => compiled.expression.test(new Subject(text));
  };
}

export const compilers = {
  compileGroupPattern: compileMatcher('osregex'),
  compileNamePattern: compileMatcher('osmatch'),
};

/** Files of the ruleset are named relative to the home. */
function withWholePaths(
  { onSlow, ...rest }: PatternWatchOptions,
  wholePath: (path: string) => string,
): PatternWatchOptions {
  if (onSlow === undefined) return rest;
  const whole = ({ position, what }: PatternOwner): PatternOwner => ({
    position: { ...position, file: wholePath(position.file) },
    what,
  });
  return { ...rest, onSlow: (slow) => onSlow({ ...slow, owner: slow.owner && whole(slow.owner) }) };
}

/** Decoders, lists and rules that a configuration names, with their problems under whole paths. */
function* loadRulesetOf(
  conf: OssecConf,
  home: string,
  { watch, keepsTexts }: { readonly watch: PatternWatchOptions | undefined; readonly keepsTexts: boolean },
): Steps<LoadResult & Pick<LoadedRules, 'texts' | 'tellSlow'>> {
  const place = openHomeRuleset(conf.ruleset, home);
  const { files, wholePath } = place;
  const kept = new Map<string, string>();
  const disk = keepsTexts ? recordTexts(place.disk, kept) : place.disk;
  const { logAlertLevel, emailAlertLevel } = conf;
  const wholeWatch = watch === undefined ? {} : withWholePaths(watch, wholePath);
  const patternWatch = new PatternWatch(wholeWatch);
  const input = { files, disk, logAlertLevel, emailAlertLevel, patternWatch };
  const { problems, ...rest } = yield* loadRulesetInSteps(input);
  const whole = ({ position, ...problem }: Problem): Problem => ({
    ...problem,
    position: { ...position, file: wholePath(position.file) },
  });
  const texts = keepsTexts ? { files, texts: kept, logAlertLevel, emailAlertLevel } : undefined;
  return { ...rest, texts, tellSlow: wholeWatch.onSlow, problems: problems.map(whole) };
}

function readConf(path: string): OssecConfResult {
  try {
    return readOssecConf(readFileSync(path, 'utf8'), path);
  } catch {
    const message = 'this file does not exist or cannot be read.';
    const position = { file: path, line: 1, column: 1 };
    return { conf: undefined, partial: undefined, problems: [{ severity: 'error', position, message }] };
  }
}

function* readAll(
  { paths, hostname, logtest, seed = 0, patternWatch: watch }: RulesOptions,
  keepsTexts: boolean,
): Steps<LoadOutcome> {
  const { conf, partial, problems } = readConf(paths.conf);
  if (partial === undefined) return { loaded: undefined, problems };
  const {
    ruleset,
    counts,
    texts,
    tellSlow,
    problems: found,
  } = yield* loadRulesetOf(partial, paths.home, { watch, keepsTexts });
  const all = [...problems, ...found];
  if (conf === undefined || ruleset === undefined) return { loaded: undefined, problems: all };
  const { logAlertLevel, memorySize } = conf;
  const mitre = readAttackTechniques(join(shippedRuleset, 'attack-techniques.json'));
  const records = logtest ? undefined : recordOptions(conf);
  const engineOptions = { hostname, logAlertLevel, memorySize, logtest, mitre, seed };
  const createFreshDetector = (): Engine => createDetector(ruleset, engineOptions);
  const table = prepareDecisions(conf, compilers);
  const listRules = (): readonly RuleFacts[] => ruleset.rules.rules.map(factsOf);
  const rulesOverAgents = ruleset.rules.rules.filter(countsOverAgents).map(({ id }) => id);
  const detector = createDetector(ruleset, { ...engineOptions, ...(records !== undefined && { records }) });
  return {
    loaded: {
      detector,
      createFreshDetector,
      conf,
      listRules,
      counts,
      table,
      texts,
      tellSlow,
      rulesOverAgents,
      mitre,
      seed,
      records,
    },
    problems: all,
  };
}

function recordOptions({ archives, volumeLevel, logAlertLevel, emailAlertLevel }: OssecConf): RecordOptions {
  return { archives, volumeLevel, logAlertLevel, emailAlertLevel };
}

function countsOverAgents({ source, definition }: Rule): boolean {
  return source !== undefined && definition.correlation.globalFrequency;
}

function factsOf({ id, definition }: Rule): RuleFacts {
  const { level, groupString, noActiveResponse } = definition;
  return { id, level, groupString, noActiveResponse };
}

function isEmpty(snapshot: DetectionSnapshot): boolean {
  const { events, matched, firstSeen, accumulated = [], firedTimes, ignoredSince, lastLogs } = snapshot;
  const lists = [events, matched, firstSeen, accumulated];
  const records = [firedTimes, ignoredSince, lastLogs];
  return [...lists, ...records.map((record) => Object.keys(record))].every((list) => list.length === 0);
}

export interface RulesOptions {
  readonly paths: HomePaths;
  readonly hostname: string;
  readonly nowMs: () => number;
  /** Behave as logtest does. // spec ruleset §10 */
  readonly logtest: boolean;
  /** See EngineOptions. */
  readonly seed?: number;
  /** Is told which patterns are slow. */
  readonly patternWatch?: PatternWatchOptions;
}

export function createRules(options: RulesOptions): Rules {
  const { paths, nowMs } = options;
  const readScripts = createFolderReader(paths.scripts);
  let current: LoadedRules | undefined;
  let elsewhere: Rememberer | undefined;
  let memories = 1;
  let untilWhole = 0;
  let eventsSinceWhole = 0;
  const currentOrThrow = (): LoadedRules => {
    if (current === undefined) throw new Error('no configuration is loaded');
    return current;
  };
  const keeps = (asked: ReadOptions | undefined): boolean => asked?.keepsTexts === true || current?.texts !== undefined;
  return {
    current: currentOrThrow,
    read: (asked) => finishSteps(readAll(options, keeps(asked))),
    readInTurns: (turn, asked) => takeSteps(readAll(options, keeps(asked)), turn),
    rememberIn(rememberer, number) {
      elsewhere = rememberer;
      memories = number;
    },
    use(loaded) {
      if (current !== undefined && elsewhere === undefined) loaded.detector.restore(current.detector.snapshot());
      current = loaded;
      untilWhole = 0;
    },
    restore(segments) {
      const [first, ...rest] = segments.map((segment) => JSON.parse(segment) as DetectionSnapshot);
      if (first !== undefined) (elsewhere ?? currentOrThrow().detector).restore(rest.reduce(mergeSnapshots, first));
    },
    takeCorrelation() {
      const { detector, conf } = currentOrThrow();
      const rememberer = elsewhere ?? detector;
      const changes = rememberer.changes();
      if (isEmpty(changes)) return undefined;
      eventsSinceWhole += changes.events.length;
      const replace = untilWhole === 0 || eventsSinceWhole > 2 * memories * conf.memorySize;
      untilWhole = replace ? changesBetweenWholes : untilWhole - 1;
      if (replace) eventsSinceWhole = 0;
      const snapshot = replace ? rememberer.snapshot() : changes;
      return { replace, segment: { newestMs: nowMs(), body: JSON.stringify(snapshot) } };
    },
    hasScript: (executable) => resolveExecutable(executable, readScripts(), []).kind !== 'missing',
  };
}
