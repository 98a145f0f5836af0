// From the configuration to the sources that a service reads.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorText } from '../alert/error-text.ts';
import type { JournalFilter, LocalFile, OssecConf } from '../config/ossec-conf.ts';
import { type Problem, positionOutsideFiles } from '../config/position.ts';
import type { Settings } from '../config/settings.ts';
import { refuseOwnOutput } from '../source/own-output.ts';
import { expandPattern, isPattern } from '../source/pattern/expand.ts';
import { findUnknownConversions, formatDate, hasDate } from '../source/pattern/strftime.ts';
import { findProgram } from '../system/processes.ts';
import { findFilterFault } from './journal.ts';

export type SourceKind = 'syslog' | 'alerts' | 'journal' | 'command';

export interface PlannedSource {
  /** An absolute path, `stdin`, `journald`, or the name of a command. */
  readonly location: string;
  readonly kind: SourceKind;
  /** Where the location names files by a pattern. */
  readonly pattern?: FilePattern;
  /** So many lines are one message. Absent: each is one. */
  readonly joinedLines?: number;
  readonly command?: PlannedCommand;
  /** Of the journal: an entry is read where all filters of one list hold. Absent: every one is. */
  readonly filters?: readonly (readonly JournalFilter[])[];
}

export interface PlannedCommand {
  /** For the shell. */
  readonly text: string;
  /** All that it prints is one message. */
  readonly isWhole: boolean;
  readonly everySeconds: number;
}

export interface FilePattern {
  /** An absolute pattern: files that are left out. */
  readonly exclude: string | undefined;
  /** Why a file must not be read though the pattern names it. */
  readonly refuse: (path: string) => string | undefined;
}

/** Formats whose lines are taken as they are. */
const lineFormats: ReadonlySet<string> = new Set([
  'syslog',
  'json',
  'apache',
  'iis',
  'squid',
  'snort-fast',
  'djb-multilog',
]);

/** What will be read, and what the configuration names that cannot be. */
export interface SourcePlan {
  /** Each location once: log files in the order of the configuration, the alerts.json of another program, standard input. */
  readonly sources: readonly PlannedSource[];
  readonly problems: readonly Problem[];
}

export interface SourcePlanInput {
  readonly conf: Pick<OssecConf, 'localFiles'>;
  readonly settings: Pick<Settings, 'alerts' | 'stdin' | 'stdinFormat'>;
  /** Relative paths count from here. */
  readonly home: string;
  /** Files that this service writes. */
  readonly ownOutputs: readonly string[];
  /** Why commands of this configuration must not be run. */
  readonly commandRefusal?: string | undefined;
}

/** The location of what comes from standard input. */
export const stdinLocation = 'stdin';

/** Why a path cannot be read because this service writes it, under that name or through a link. */
function findOwnOutput(path: string, ownOutputs: readonly string[]): string | undefined {
  try {
    refuseOwnOutput(path, ownOutputs);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

/** `multi-line:3` is 3; undefined where it is no such format. */
function joinedLinesOf(logFormat: string): number | undefined {
  const [, digits] = /^multi-line: ?(\d{1,4})$/.exec(logFormat) ?? [];
  return digits === undefined || Number(digits) < 2 ? undefined : Number(digits);
}

function refuseLocalFile(localFile: LocalFile, path: string, ownOutputs: readonly string[]): string | undefined {
  if (!lineFormats.has(localFile.logFormat) && joinedLinesOf(localFile.logFormat) === undefined) {
    return `log_format ${JSON.stringify(localFile.logFormat)} is not read by this version, which reads ${[...lineFormats].join(', ')} and multi-line:N: the file is left alone`;
  }
  const [unknown] = findUnknownConversions(localFile.location);
  if (unknown !== undefined) {
    return `the location ${JSON.stringify(localFile.location)} has ${unknown}, which stands for no part of a date; write %% for a percent sign`;
  }
  return findOwnOutput(path, ownOutputs);
}

function planAlerts(path: string, kinds: ReadonlyMap<string, SourceKind>, ownOutputs: readonly string[]): Problem[] {
  const refusal =
    findOwnOutput(path, ownOutputs) ??
    (kinds.has(path) ? `${path} is a <localfile> too: it has one format` : undefined);
  if (refusal === undefined) return [];
  const message = `${refusal}; name the alerts.json of the other program`;
  return [{ severity: 'error', position: positionOutsideFiles('setting alerts'), message }];
}

/** What location and format of the journal are called, both. */
const journalName = 'journald';

function isJournal({ location, logFormat }: LocalFile): boolean {
  return location === journalName || logFormat === journalName;
}

function findJournalFaults({ location, logFormat, filters = [], position }: LocalFile): Problem[] {
  if (location !== logFormat) {
    const message = `location ${JSON.stringify(location)} with log_format ${JSON.stringify(logFormat)}: for the journal both are ${journalName}. Nothing is read for it`;
    return [{ severity: 'warning', position, message }];
  }
  return filters.flatMap((filter): Problem[] => {
    const fault = findFilterFault(filter);
    const message = `the pattern ${JSON.stringify(filter.pattern)} of this <filter> cannot be compiled: ${fault}; it must be PCRE2`;
    return fault === undefined ? [] : [{ severity: 'error', position: filter.position, message }];
  });
}

/** Files to which syslog daemons write what is in the journal too. */
const syslogFiles: ReadonlySet<string> = new Set(
  ['auth.log', 'secure', 'syslog', 'messages', 'mail.log', 'maillog', 'kern.log', 'daemon.log', 'user.log', 'cron'].map(
    (name) => `/var/log/${name}`,
  ),
);

function findTwiceRead(localFiles: readonly LocalFile[]): Problem[] {
  const twice = localFiles.filter(({ location }) => syslogFiles.has(location));
  return twice.map(({ location, position }) => ({
    severity: 'warning',
    position,
    message: `a syslog daemon writes to ${location} what is in the journal, which is read too: each message counts twice. Keep one of them`,
  }));
}

/** Undefined where a block without filters asks for everything: the journal is read once. */
function filtersOf(journals: readonly LocalFile[]): PlannedSource['filters'] | undefined {
  const lists = journals.map(({ filters = [] }) => filters);
  return lists.some((filters) => filters.length === 0) ? undefined : lists;
}

export function planSources({ conf, settings, home, ownOutputs, commandRefusal }: SourcePlanInput): SourcePlan {
  const problems: Problem[] = [];
  const commands = conf.localFiles.filter(({ command }) => command !== undefined);
  const planned = commands.flatMap((localFile) => planCommand(localFile, commandRefusal, problems));
  const kinds = new Map<string, SourceKind>();
  const patterns = new Map<string, FilePattern>();
  const joined = new Map<string, number>();
  const patternOf = ({ exclude }: LocalFile): FilePattern => ({
    exclude: exclude === undefined ? undefined : resolve(home, exclude),
    refuse: (path) => findOwnOutput(path, ownOutputs),
  });
  const journals = conf.localFiles.filter(isJournal);
  problems.push(...journals.flatMap(findJournalFaults));
  if (journals.some(({ location, logFormat }) => location === journalName && logFormat === journalName)) {
    kinds.set(journalName, 'journal');
  }
  for (const localFile of conf.localFiles.filter((each) => !isJournal(each) && each.command === undefined)) {
    const { location } = localFile;
    // Without a date nothing but `%%` is replaced.
    const path = resolve(home, hasDate(location) ? location : formatDate(location, 0));
    const refusal = refuseLocalFile(localFile, path, ownOutputs);
    if (refusal === undefined) {
      kinds.set(path, 'syslog');
      if (isPattern(path) || hasDate(path)) patterns.set(path, patternOf(localFile));
      const lines = joinedLinesOf(localFile.logFormat);
      if (lines !== undefined) joined.set(path, lines);
    } else problems.push({ severity: 'warning', position: localFile.position, message: refusal });
  }
  if (kinds.has(journalName)) problems.push(...findTwiceRead(conf.localFiles));
  if (settings.alerts !== undefined) {
    const path = resolve(home, settings.alerts);
    const found = planAlerts(path, kinds, ownOutputs);
    problems.push(...found);
    if (found.length === 0) kinds.set(path, 'alerts');
  }
  if (settings.stdin) kinds.set(stdinLocation, settings.stdinFormat);
  const sources = [...kinds].map(([location, kind]): PlannedSource => {
    const pattern = patterns.get(location);
    const joinedLines = joined.get(location);
    const filters = kind === 'journal' ? filtersOf(journals) : undefined;
    return {
      location,
      kind,
      ...(pattern && { pattern }),
      ...(joinedLines && { joinedLines }),
      ...(filters && { filters }),
    };
  });
  const each = new Map(planned.map((source) => [JSON.stringify(source), source]));
  return { sources: [...sources, ...each.values()], problems };
}

function planCommand(
  { location, logFormat, command, position }: LocalFile,
  refusal: string | undefined,
  problems: Problem[],
): PlannedSource[] {
  if (command === undefined) return [];
  if (refusal !== undefined) {
    const message = `the command ${JSON.stringify(command.name)} is not run: ${refusal}`;
    problems.push({ severity: 'warning', position, message });
    return [];
  }
  const { name, everySeconds } = command;
  const isWhole = logFormat === 'full_command';
  return [{ location: name, kind: 'command', command: { text: location, isWhole, everySeconds } }];
}

/** Whether there is anything to read by now. */
export function isThere({ location, kind, pattern }: PlannedSource, nowMs: number): boolean {
  if (location === stdinLocation) return true;
  if (kind === 'command') return true;
  if (kind === 'journal') return findProgram('journalctl') !== undefined;
  return pattern === undefined ? existsSync(location) : expandPattern(formatDate(location, nowMs), 1).length > 0;
}
