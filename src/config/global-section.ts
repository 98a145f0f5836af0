// Reads `<global>` and `<alerts>`: the allow list, memory, what is kept besides alerts, and the levels from which alerts are kept.
import { readAllowListEntry } from './allow-list.ts';
import type { DialectElement } from './dialect.ts';
import { readWholeNumber, readYesNo } from './element-text.ts';
import { suggestName } from './nearest-name.ts';
import type { AllowListEntry, Archives } from './ossec-conf.ts';
import type { ProblemList } from './problem-list.ts';
import { alertsOptions, globalOptions } from './wazuh-sections.ts';

export interface GlobalSettings {
  readonly allowList: readonly AllowListEntry[];
  readonly memorySize: number;
  readonly archives: Archives;
  readonly volumeLevel: number;
}

const defaultMemorySize = 8192;
const minimumMemorySize = 2048;
/** // spec ruleset §10 */
const defaultVolumeLevel = 4;

/** All `<global>` sections of the file: entries of the allow list add up, of other options the last counts. */
export function readGlobal(sections: readonly DialectElement[], problems: ProblemList): GlobalSettings {
  const allowList: AllowListEntry[] = [];
  let memorySize = defaultMemorySize;
  let volumeLevel = defaultVolumeLevel;
  let archives: Archives = { text: false, json: false };
  for (const element of sections.flatMap((section) => section.children)) {
    refuseUnknown(element, { section: 'global', known: globalOptions }, problems);
    switch (element.name) {
      case 'white_list': {
        const entry = readAllowListEntry(element, problems);
        if (entry !== undefined) allowList.push(entry);
        break;
      }
      case 'memory_size':
        memorySize = readMemorySize(element, problems) ?? memorySize;
        break;
      case 'stats':
        volumeLevel = readWholeNumber(element, { minimum: 0, maximum: 16 }, problems) ?? volumeLevel;
        break;
      case 'logall':
        archives = { ...archives, text: readYesNo(element, problems) ?? archives.text };
        break;
      case 'logall_json':
        archives = { ...archives, json: readYesNo(element, problems) ?? archives.json };
    }
  }
  return { allowList, memorySize, archives, volumeLevel };
}

function readMemorySize(element: DialectElement, problems: ProblemList): number | undefined {
  const size = readWholeNumber(element, { minimum: 0, maximum: 2_147_483_647 }, problems);
  if (size === undefined || size >= minimumMemorySize) return size;
  problems.addWarning(
    element.contentPosition,
    `<memory_size> ${size} is raised to ${minimumMemorySize}, the least that is allowed.`,
  );
  return minimumMemorySize;
}

export interface AlertLevels {
  readonly logAlertLevel: number;
  readonly emailAlertLevel: number;
}

/** What holds where a file says nothing of it; the files that Wazuh ships with say 3 and 12. // spec ruleset §10 */
const defaultLevels: AlertLevels = { logAlertLevel: 1, emailAlertLevel: 7 };

/** All `<alerts>` sections of the file; the last of an option counts. */
export function readAlertLevels(sections: readonly DialectElement[], problems: ProblemList): AlertLevels {
  let { logAlertLevel, emailAlertLevel } = defaultLevels;
  const range = { minimum: 1, maximum: 16 };
  for (const element of sections.flatMap((section) => section.children)) {
    refuseUnknown(element, { section: 'alerts', known: alertsOptions }, problems);
    if (element.name === 'log_alert_level') {
      logAlertLevel = readWholeNumber(element, range, problems) ?? logAlertLevel;
    } else if (element.name === 'email_alert_level') {
      emailAlertLevel = readWholeNumber(element, range, problems) ?? emailAlertLevel;
    }
  }
  return { logAlertLevel, emailAlertLevel };
}

function refuseUnknown(
  element: DialectElement,
  where: { readonly section: string; readonly known: ReadonlySet<string> },
  problems: ProblemList,
): void {
  if (where.known.has(element.name)) return;
  problems.addError(
    element.position,
    `<${element.name}> is not an element of <${where.section}>.${suggestName(element.name, where.known)}`,
  );
}
