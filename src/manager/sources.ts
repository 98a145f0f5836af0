// From the configuration to the sources that a service reads.
import { resolve } from 'node:path';
import { errorText } from '../alert/error-text.ts';
import type { LocalFile, OssecConf } from '../config/ossec-conf.ts';
import { type Problem, positionOutsideFiles } from '../config/position.ts';
import type { Settings } from '../config/settings.ts';
import { refuseOwnOutput } from '../source/own-output.ts';

export type SourceKind = 'syslog' | 'alerts';

export interface PlannedSource {
  /** An absolute path, or `stdin`. */
  readonly location: string;
  readonly kind: SourceKind;
}

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

function refuseLocalFile(localFile: LocalFile, path: string, ownOutputs: readonly string[]): string | undefined {
  if (localFile.logFormat !== 'syslog') {
    return `log_format ${JSON.stringify(localFile.logFormat)} is not read by this version, which reads syslog: the file is left alone`;
  }
  if (/[*?[%]/.test(localFile.location)) {
    return `the location ${JSON.stringify(localFile.location)} has a pattern, which this version does not expand: name each file`;
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

export function planSources({ conf, settings, home, ownOutputs }: SourcePlanInput): SourcePlan {
  const problems: Problem[] = [];
  const kinds = new Map<string, SourceKind>();
  for (const localFile of conf.localFiles) {
    const path = resolve(home, localFile.location);
    const refusal = refuseLocalFile(localFile, path, ownOutputs);
    if (refusal === undefined) kinds.set(path, 'syslog');
    else problems.push({ severity: 'warning', position: localFile.position, message: refusal });
  }
  if (settings.alerts !== undefined) {
    const path = resolve(home, settings.alerts);
    const found = planAlerts(path, kinds, ownOutputs);
    problems.push(...found);
    if (found.length === 0) kinds.set(path, 'alerts');
  }
  if (settings.stdin) kinds.set(stdinLocation, settings.stdinFormat);
  return { sources: [...kinds].map(([location, kind]) => ({ location, kind })), problems };
}
