// Which decoders, lists and rules are meant: those that a home's ossec.conf names, or a folder laid out as Wazuh's `ruleset`.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDialect } from '../config/dialect.ts';
import type { RulesetSources } from '../config/ossec-conf.ts';
import type { Problem } from '../config/position.ts';
import { ProblemList } from '../config/problem-list.ts';
import { readRuleset } from '../config/ruleset-section.ts';
import { chooseRulesetFiles, type RulesetDisk, type RulesetFiles } from '../detect/ruleset-files.ts';

const packageFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The ruleset that ships with the project. */
export const shippedRuleset = join(packageFolder, 'ruleset');

/** Files of a ruleset, and how they are read. */
export interface RulesetPlace {
  readonly files: RulesetFiles;
  readonly disk: RulesetDisk;
  /** Of a path as the files have it, the whole one. */
  readonly wholePath: (path: string) => string;
  /** Whether a file came with Wazuh or with the project, so that it is not the user's own. By its whole path. */
  readonly isStock: (path: string) => boolean;
  /** Folders where samples of these rules are. */
  readonly sampleFolders: readonly string[];
  /** Lists are named one by one. */
  readonly listsAreChosen: boolean;
  /** What is wrong with the `<ruleset>` itself. */
  readonly problems: readonly Problem[];
}

/** Files besides those of the place. Whole paths. */
export interface ExtraFiles {
  readonly rules: readonly string[];
  readonly decoders: readonly string[];
}

const none: ExtraFiles = { rules: [], decoders: [] };
const pattern = '.xml$';

/** Lists of Wazuh's default configuration: some are for the user's own rules. */
const stockLists = /^(audit-keys|amazon\/aws-\w+|malicious-ioc\/[\w-]+|security-eventchannel)$/;
/** As Wazuh names its files of decoders and rules, in the order in which they are loaded. */
const stockName = /^\d{4}-[\w-]+\.xml$/;

const isIn = (folder: string, path: string): boolean => path.startsWith(folder + sep);

function isStockList(folder: string, path: string): boolean {
  return isIn(folder, path) && stockLists.test(path.slice(folder.length + 1));
}

/** Without `<ruleset>`: the ruleset of the home, or where it has none the shipped one; then the home's own rules. */
function defaultSources(home: string): RulesetSources {
  const hasRuleset = existsSync(join(home, 'ruleset/decoders')) && existsSync(join(home, 'ruleset/rules'));
  const stock = hasRuleset ? join(home, 'ruleset') : shippedRuleset;
  const folders = (name: string, own: string) =>
    [join(stock, name), join(home, own)].filter((path) => existsSync(path)).map((path) => ({ path, pattern }));
  return {
    decoderDirs: folders('decoders', 'etc/decoders'),
    ruleDirs: folders('rules', 'etc/rules'),
    decoderIncludes: [],
    ruleIncludes: [],
    decoderExcludes: [],
    ruleExcludes: [],
    lists: findLists(join(home, 'etc/lists')),
  };
}

function openDisk(wholePath: (path: string) => string): RulesetDisk {
  const read = <Value>(path: string, how: (absolute: string) => Value): Value | undefined => {
    try {
      return how(wholePath(path));
    } catch {
      return undefined;
    }
  };
  return {
    list: (directory) => read(directory, (path) => readdirSync(path)),
    read: (file) => read(file, (path) => readFileSync(path, 'latin1')),
  };
}

function withExtra(sources: RulesetSources, extra: ExtraFiles): RulesetSources {
  return {
    ...sources,
    ruleIncludes: [...sources.ruleIncludes, ...extra.rules],
    decoderIncludes: [...sources.decoderIncludes, ...extra.decoders],
  };
}

/** What a service of this home loads; `sources` is the `<ruleset>` of its ossec.conf, undefined where it has none. */
export function openHomeRuleset(sources: RulesetSources | undefined, home: string, extra = none): RulesetPlace {
  const wholePath = (path: string): string => resolve(home, path);
  const disk = openDisk(wholePath);
  const stockFolders = [shippedRuleset, join(home, 'ruleset')];
  const files = chooseRulesetFiles(withExtra(sources ?? defaultSources(home), extra), disk);
  const hasShipped = files.rules.some((path) => isIn(shippedRuleset, path));
  return {
    files,
    sampleFolders: [...(hasShipped ? [join(shippedRuleset, 'samples')] : []), join(home, 'etc/samples')],
    disk,
    wholePath,
    isStock: (path) => stockFolders.some((stock) => isIn(stock, path)) || isStockList(join(home, 'etc/lists'), path),
    listsAreChosen: sources !== undefined,
    problems: [],
  };
}

/** The `<ruleset>` of an ossec.conf alone, whatever else is wrong in that file. */
export function readHomeRuleset(confFile: string, home: string, extra = none): RulesetPlace {
  let text: string;
  try {
    text = readFileSync(confFile, 'utf8');
  } catch {
    const message = 'this file does not exist or cannot be read.';
    const problem: Problem = { severity: 'error', position: { file: confFile, line: 1, column: 1 }, message };
    return { ...openHomeRuleset(undefined, home, extra), problems: [problem] };
  }
  const document = parseDialect(text, confFile);
  const problems = new ProblemList();
  problems.addAll(document.problems);
  const sections = document.roots.flatMap((root) => root.children).filter(({ name }) => name === 'ruleset');
  return { ...openHomeRuleset(readRuleset(sections, problems), home, extra), problems: problems.sorted() };
}

/** Wazuh's default configuration leaves this rule file out. // spec ruleset §3 */
const excludedRules = ['0215-policy_rules.xml'];
const listsFolder = 'etc/lists/';

/** A folder with `decoders`, `rules` and `lists`, the lists named as in a home. Undefined where it has neither of the first two. */
export function openRulesetFolder(folder: string, extra = none): RulesetPlace | undefined {
  const has = (name: string): boolean => existsSync(join(folder, name));
  if (!has('decoders') && !has('rules')) return undefined;
  const dirsOf = (name: string) => (has(name) ? [{ path: join(folder, name), pattern }] : []);
  const wholePath = (path: string): string =>
    path.startsWith(listsFolder) ? join(folder, 'lists', path.slice(listsFolder.length)) : resolve(path);
  const disk = openDisk(wholePath);
  const sources: RulesetSources = {
    decoderDirs: dirsOf('decoders'),
    ruleDirs: dirsOf('rules'),
    decoderIncludes: [],
    ruleIncludes: [],
    decoderExcludes: [],
    ruleExcludes: excludedRules,
    lists: findLists(join(folder, 'lists')),
  };
  const files = chooseRulesetFiles(withExtra(sources, extra), disk);
  const sampleFolders = [join(folder, 'samples')];
  const isStock = (path: string): boolean =>
    isIn(shippedRuleset, path) ||
    (isIn(folder, path) && stockName.test(basename(path))) ||
    isStockList(join(folder, 'lists'), path);
  return { files, disk, wholePath, isStock, sampleFolders, listsAreChosen: false, problems: [] };
}

/** Under the names that rules know them by. */
function findLists(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('.cdb') && statSync(join(folder, name)).isFile())
    .map((name) => listsFolder + name)
    .sort();
}
