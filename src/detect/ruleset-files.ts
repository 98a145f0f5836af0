// Which decoder, rule and list files are loaded, and in which order. // spec ruleset §3
import type { RulesetSources } from '../config/ossec-conf.ts';
import { compileExpression, Subject } from './patterns/expression.ts';

/** What this module needs of a file system. Texts are latin1. */
export interface RulesetDisk {
  /** Names of the files in a directory; undefined where it cannot be read. */
  list(directory: string): readonly string[] | undefined;
  /** Undefined where it cannot be read. */
  read(path: string): string | undefined;
}

export interface WrongPattern {
  readonly directory: string;
  readonly message: string;
}

export interface RulesetFiles {
  readonly decoders: readonly string[];
  readonly rules: readonly string[];
  readonly lists: readonly string[];
  /** Directories that could not be read. */
  readonly missing: readonly string[];
  /** Directories whose pattern is not valid, with a sentence why. */
  readonly wrongPatterns?: readonly WrongPattern[];
}

const defaultDecoderDir = 'ruleset/decoders';
const defaultRuleDir = 'ruleset/rules';
const defaultPattern = '.xml$';

type Directories = RulesetSources['decoderDirs'];

/** Paths as they were given: relative to the home unless absolute. */
export function chooseRulesetFiles(sources: RulesetSources, disk: RulesetDisk): RulesetFiles {
  const missing: string[] = [];
  const wrongPatterns: WrongPattern[] = [];
  const choose = (
    directories: Directories,
    includes: readonly string[],
    excludes: readonly string[],
    fallback: string,
  ): string[] => {
    const paths = new Set<string>();
    const used = directories.length > 0 ? directories : [{ path: fallback, pattern: defaultPattern }];
    for (const directory of used) {
      const names = disk.list(directory.path);
      if (names === undefined) missing.push(directory.path);
      else addDirectory(paths, directory, names, excludes, wrongPatterns);
    }
    for (const include of includes) paths.add(include.includes('/') ? include : `${fallback}/${include}`);
    return [...paths].sort(byBaseName);
  };
  return {
    decoders: choose(sources.decoderDirs, sources.decoderIncludes, sources.decoderExcludes, defaultDecoderDir),
    rules: choose(sources.ruleDirs, sources.ruleIncludes, sources.ruleExcludes, defaultRuleDir),
    lists: sources.lists,
    missing,
    wrongPatterns,
  };
}

function addDirectory(
  paths: Set<string>,
  directory: { readonly path: string; readonly pattern: string },
  names: readonly string[],
  excludes: readonly string[],
  wrongPatterns: WrongPattern[],
): void {
  const compiled = compileExpression('osregex', directory.pattern);
  if (!compiled.ok) {
    const message = `The pattern "${directory.pattern}" of the directory ${directory.path} is not valid: ${compiled.error}`;
    wrongPatterns.push({ directory: directory.path, message });
    return;
  }
  for (const name of names) {
    const path = `${directory.path.replace(/\/+$/, '')}/${name}`;
    if (excludes.includes(name) || excludes.includes(path)) continue;
    if (compiled.expression.test(new Subject(path))) paths.add(path);
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Byte order of the base names; equal ones in the order of their directories. */
function byBaseName(a: string, b: string): number {
  const first = baseName(a);
  const second = baseName(b);
  return first < second ? -1 : first > second ? 1 : 0;
}
