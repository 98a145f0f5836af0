// From the configuration to the sources that a service reads.
import { resolve } from 'node:path';
import type { LocalFile, OssecConf } from '../config/ossec-conf.ts';
import type { Problem } from '../config/position.ts';
import { refuseOwnOutput } from '../source/own-output.ts';

/** What will be followed, and what the configuration names that cannot be. */
export interface SourcePlan {
  /** Absolute paths of log files, each once, in the order of the configuration. */
  readonly logFiles: readonly string[];
  /** Absolute path of the alerts.json of another program, if one is followed. */
  readonly alertsFile: string | undefined;
  readonly problems: readonly Problem[];
}

/** Why a path cannot be read because this service writes it, under that name or through a link. */
function findOwnOutput(path: string, ownOutputs: readonly string[]): string | undefined {
  try {
    refuseOwnOutput(path, ownOutputs);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
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

export function planSources(
  conf: OssecConf,
  home: string,
  alertsFile: string | undefined,
  ownOutputs: readonly string[],
): SourcePlan {
  const problems: Problem[] = [];
  const logFiles = new Set<string>();
  for (const localFile of conf.localFiles) {
    const path = resolve(home, localFile.location);
    const refusal = refuseLocalFile(localFile, path, ownOutputs);
    if (refusal === undefined) logFiles.add(path);
    else problems.push({ severity: 'warning', position: localFile.position, message: refusal });
  }
  const alerts = alertsFile === undefined ? undefined : resolve(alertsFile);
  const refusal = alerts === undefined ? undefined : findOwnOutput(alerts, ownOutputs);
  if (refusal !== undefined) {
    const position = { file: conf.file, line: 1, column: 1 };
    const message = `the setting alerts: ${refusal}; name the alerts.json of the other program`;
    problems.push({ severity: 'error', position, message });
    return { logFiles: [...logFiles], alertsFile: undefined, problems };
  }
  return { logFiles: [...logFiles], alertsFile: alerts, problems };
}
