// What an ossec.conf says, as values. // spec active-response §2
import { readActiveResponse, readRepeatedOffenders } from './active-response-block.ts';
import { readCommands } from './command-block.ts';
import { type DialectElement, parseDialect } from './dialect.ts';
import { findLast } from './element-text.ts';
import { readAlertLevels, readGlobal } from './global-section.ts';
import { readLocalFile } from './local-file.ts';
import { suggestName } from './nearest-name.ts';
import type { Position, Problem } from './position.ts';
import { ProblemList } from './problem-list.ts';
import { warnOfAmbiguousNames, warnOfUnusedCommands } from './response-warnings.ts';
import { readRuleTest } from './rule-test-section.ts';
import { readRuleset } from './ruleset-section.ts';
import { foreignSections, ownSections } from './wazuh-sections.ts';

/** A `<command>` block: what can run. */
export interface CommandDefinition {
  readonly name: string;
  readonly executable: string;
  readonly timeoutAllowed: boolean;
  /** `<extra_args>` split at spaces. */
  readonly extraArgs: readonly string[];
  readonly position: Position;
}

export type Location = 'local' | 'server' | 'defined-agent' | 'all';

/** An `<active-response>` block that is not disabled: when and where a command runs. */
export interface ActiveResponse {
  /** Command name followed by the timeout: `firewall-drop600`. // spec active-response §3 */
  readonly name: string;
  readonly command: CommandDefinition;
  readonly locations: ReadonlySet<Location>;
  /** Ids as alerts have them (`001`); empty without `defined-agent`. */
  readonly agentIds: readonly string[];
  /** Minimum level; undefined where none (or 0) is given. */
  readonly level: number | undefined;
  /** OS_Regex searched in the rule's group string. */
  readonly rulesGroup: string | undefined;
  /** Rule ids without leading zeros; undefined where the element is absent. */
  readonly rulesIds: ReadonlySet<string> | undefined;
  readonly triggerPositions?: TriggerPositions;
  /** Seconds; 0 is stateless. Always 0 where the command does not allow a timeout. */
  readonly timeoutSeconds: number;
  readonly position: Position;
}

/** Where the elements of a response stand that say what triggers it. */
export interface TriggerPositions {
  readonly level: Position | undefined;
  readonly rulesGroup: Position | undefined;
  readonly rulesIds: Position | undefined;
}

/** An entry of `<white_list>`. */
export type AllowListEntry =
  | {
      readonly kind: 'network';
      readonly text: string;
      readonly family: 'ipv4' | 'ipv6';
      readonly address: string;
      readonly prefix: number;
      readonly position: Position;
    }
  /** An IPv4 netmask with holes, which no prefix expresses. */
  | {
      readonly kind: 'masked';
      readonly text: string;
      readonly address: number;
      readonly mask: number;
      readonly position: Position;
    }
  /** OS_Match syntax on the text of the address or name. */
  | { readonly kind: 'name'; readonly text: string; readonly position: Position };

/** A `<localfile>` that this version reads or must tell of. */
export interface LocalFile {
  readonly location: string;
  /** Files that a pattern in the location names and that are not meant. */
  readonly exclude?: string;
  readonly logFormat: string;
  /** Of a command: `location` is for the shell. */
  readonly command?: CommandLog;
  /** Of a journal: all must hold. */
  readonly filters?: readonly JournalFilter[];
  readonly position: Position;
}

/** How a command becomes a log: `<alias>` and `<frequency>`. */
export interface CommandLog {
  /** What its messages call it. */
  readonly name: string;
  readonly everySeconds: number;
}

/** `<filter field="_SYSTEMD_UNIT">^ssh</filter>`: which entries of the journal are read. */
export interface JournalFilter {
  readonly field: string;
  /** PCRE2, searched in the value. */
  readonly pattern: string;
  /** It holds for entries without the field. */
  readonly ignoreIfMissing: boolean;
  readonly position: Position;
}

/** The `<ruleset>` section. Directories and files relative to the home unless absolute. // spec ruleset §3 */
export interface RulesetSources {
  readonly decoderDirs: readonly { readonly path: string; readonly pattern: string }[];
  readonly ruleDirs: readonly { readonly path: string; readonly pattern: string }[];
  readonly decoderIncludes: readonly string[];
  readonly ruleIncludes: readonly string[];
  readonly decoderExcludes: readonly string[];
  readonly ruleExcludes: readonly string[];
  readonly lists: readonly string[];
}

export interface OssecConf {
  readonly file: string;
  readonly commands: readonly CommandDefinition[];
  /** In document order through all roots. */
  readonly activeResponses: readonly ActiveResponse[];
  /** A block with `disabled` = yes and nothing else: no response runs on this endpoint. */
  readonly responsesDisabled: boolean;
  /** Minutes, at most five, of the first block that has the element; empty where none has it. */
  readonly repeatedOffendersMinutes: readonly number[];
  readonly allowList: readonly AllowListEntry[];
  readonly localFiles: readonly LocalFile[];
  /** Undefined where there is no `<ruleset>` section. */
  readonly ruleset: RulesetSources | undefined;
  /** `<alerts><log_alert_level>`, 3 where absent. */
  readonly logAlertLevel: number;
  /** `<alerts><email_alert_level>`, 12 where absent. */
  readonly emailAlertLevel: number;
  /** `<global><memory_size>`, 8192 where absent, at least 2048. */
  readonly memorySize: number;
  readonly archives: Archives;
  readonly ruleTest: RuleTest;
  /** `<global><stats>`, 4 where absent: the level of rule 11, which tells of an hour with far more events than usual; 0: it does not. */
  readonly volumeLevel: number;
}

/** `<rule_test>`: how the socket of logtest answers. */
export interface RuleTest {
  readonly enabled: boolean;
  /** 1 to 500. */
  readonly maxSessions: number;
  readonly sessionTimeoutSeconds: number;
}

/** In which forms every event is kept, whether it raises an alert or not: `<global><logall>` and `<logall_json>`. */
export interface Archives {
  readonly text: boolean;
  readonly json: boolean;
}

export interface OssecConfResult {
  /** Undefined where there is an error. */
  readonly conf: OssecConf | undefined;
  /** What could be read in spite of errors, to look for more of them; undefined where the file cannot be read as the dialect. */
  readonly partial: OssecConf | undefined;
  /** All of them at once, in file order. */
  readonly problems: readonly Problem[];
}

/** Reads an ossec.conf. Pure: nothing of the disk is looked at. Never throws for bad input. */
export function readOssecConf(text: string, file: string): OssecConfResult {
  const problems = new ProblemList();
  const document = parseDialect(text, file);
  problems.addAll(document.problems);
  // What follows a broken tag is missing, and judging the rest without it would tell of faults that are none.
  if (problems.hasErrors) return { conf: undefined, partial: undefined, problems: problems.sorted() };
  const sections = collectSections(document.roots, file, problems);
  const conf = readSections(sections, file, problems);
  return { conf: problems.hasErrors ? undefined : conf, partial: conf, problems: problems.sorted() };
}

type Sections = ReadonlyMap<string, readonly DialectElement[]>;

/** The children of all roots by name, in document order. Unknown roots and sections are errors, as in Wazuh. */
function collectSections(roots: readonly DialectElement[], file: string, problems: ProblemList): Sections {
  const sections = new Map<string, DialectElement[]>();
  if (roots.length === 0) {
    problems.addWarning(
      { file, line: 1, column: 1 },
      'there is no <ossec_config> in this file: nothing is configured.',
    );
  }
  for (const root of roots) {
    if (root.name !== 'ossec_config') {
      problems.addError(root.position, `<${root.name}> stands where <ossec_config> is needed.`);
      continue;
    }
    for (const section of root.children) {
      const list = sections.get(section.name) ?? [];
      list.push(section);
      sections.set(section.name, list);
      refuseUnknownSection(section, problems);
    }
  }
  return sections;
}

function refuseUnknownSection(section: DialectElement, problems: ProblemList): void {
  if (ownSections.includes(section.name) || foreignSections.has(section.name)) return;
  const known = [...ownSections, ...foreignSections];
  problems.addError(
    section.position,
    `<${section.name}> is not a section of <ossec_config>.${suggestName(section.name, known)}`,
  );
}

function readSections(sections: Sections, file: string, problems: ProblemList): OssecConf {
  const find = (name: string) => sections.get(name) ?? [];
  const commands = readCommands(find('command'), problems);
  const responses = readResponses(sections, commands, problems);
  const localFiles = find('localfile').map((block) => readLocalFile(block, problems));
  return {
    file,
    commands,
    ...responses,
    ...readGlobal(find('global'), problems),
    ...readAlertLevels(find('alerts'), problems),
    localFiles: localFiles.filter((localFile) => localFile !== undefined),
    ruleset: readRuleset(find('ruleset'), problems),
    ruleTest: readRuleTest(find('rule_test'), problems),
  };
}

type Responses = Pick<OssecConf, 'activeResponses' | 'responsesDisabled' | 'repeatedOffendersMinutes'>;

function readResponses(sections: Sections, defined: readonly CommandDefinition[], problems: ProblemList): Responses {
  const blocks = sections.get('active-response') ?? [];
  const commands = { defined, names: collectTexts(sections.get('command') ?? [], 'name') };
  const read = blocks.map((block) => readActiveResponse(block, commands, problems));
  const activeResponses = read.map(({ response }) => response).filter((response) => response !== undefined);
  const repeated = blocks
    .map((block) => findLast(block, 'repeated_offenders'))
    .filter((element) => element !== undefined);
  // Every one is checked, but the first counts. // spec active-response §2
  const [minutes = []] = repeated.map((element) => readRepeatedOffenders(element, problems));
  warnOfUnusedCommands(defined, collectTexts(blocks, 'command'), problems);
  warnOfAmbiguousNames(activeResponses, problems);
  return {
    activeResponses,
    responsesDisabled: read.some(({ disablesEndpoint }) => disablesEndpoint),
    repeatedOffendersMinutes: minutes,
  };
}

/** The texts of a child of each block. */
function collectTexts(blocks: readonly DialectElement[], child: string): ReadonlySet<string> {
  return new Set(blocks.map((block) => findLast(block, child)?.content ?? '').filter((text) => text !== ''));
}
