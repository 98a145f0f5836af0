// Reads `<ruleset>`: where decoders, rules and lists are. // spec ruleset §3
import type { DialectElement } from './dialect.ts';
import { readElementText } from './element-text.ts';
import { suggestName } from './nearest-name.ts';
import type { RulesetSources } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';

const defaultPattern = '.xml$';

type Directory = RulesetSources['decoderDirs'][number];

interface Sources {
  readonly decoderDirs: Directory[];
  readonly ruleDirs: Directory[];
  readonly decoderIncludes: string[];
  readonly ruleIncludes: string[];
  readonly decoderExcludes: string[];
  readonly ruleExcludes: string[];
  readonly lists: string[];
}

/** Of a configuration that names nothing. */
export function createSources(): Sources {
  return {
    decoderDirs: [],
    ruleDirs: [],
    decoderIncludes: [],
    ruleIncludes: [],
    decoderExcludes: [],
    ruleExcludes: [],
    lists: [],
  };
}

/** All `<ruleset>` sections of a file together, in document order; undefined where there is none. */
export function readRuleset(sections: readonly DialectElement[], problems: ProblemList): RulesetSources | undefined {
  if (sections.length === 0) return undefined;
  const sources = createSources();
  for (const element of sections.flatMap((section) => section.children)) readSource(element, sources, problems);
  return sources;
}

function readSource(element: DialectElement, sources: Sources, problems: ProblemList): void {
  const files: ReadonlyMap<string, string[]> = new Map([
    ['decoder_include', sources.decoderIncludes],
    ['rule_include', sources.ruleIncludes],
    ['decoder_exclude', sources.decoderExcludes],
    ['rule_exclude', sources.ruleExcludes],
    ['list', sources.lists],
  ]);
  const directories: ReadonlyMap<string, Directory[]> = new Map([
    ['decoder_dir', sources.decoderDirs],
    ['rule_dir', sources.ruleDirs],
  ]);
  const fileList = files.get(element.name);
  const directoryList = directories.get(element.name);
  if (fileList === undefined && directoryList === undefined) {
    const known = [...directories.keys(), ...files.keys()];
    problems.addError(
      element.position,
      `<${element.name}> is not an element of <ruleset>; it has decoder_dir, rule_dir, decoder_include, rule_include, decoder_exclude, rule_exclude, list.${suggestName(element.name, known)}`,
    );
    return;
  }
  const path = readElementText(element, problems);
  if (path === '') {
    problems.addError(
      element.position,
      `<${element.name}> is empty: it must name a ${fileList ? 'file' : 'directory'}.`,
    );
    return;
  }
  fileList?.push(path);
  const pattern = element.attributes.find((attribute) => attribute.name === 'pattern')?.value ?? defaultPattern;
  directoryList?.push({ path, pattern });
}
