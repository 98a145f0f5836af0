// The home: where everything of one installation lies, and how a missing one is laid out. // spec active-response §1

import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HomePaths {
  /** Configuration, rules, scripts. In beside-Wazuh mode only read. */
  readonly home: string;
  readonly conf: string;
  readonly settings: string;
  readonly scripts: string;
  readonly alerts: string;
  readonly archivesJson: string;
  readonly archivesText: string;
  readonly firewallLog: string;
  /** What event-volume.ts remembers. */
  readonly volume: string;
  readonly responsesLog: string;
  readonly journal: string;
  readonly database: string;
  readonly lock: string;
  /** What who posts alerts must know. */
  readonly httpToken: string;
  readonly socket: string;
}

/** Longest socket path used as it is, in bytes: Node cuts longer ones without a word. */
const longestSocketPath = 100;

function socketPath(folder: string): string {
  const direct = join(folder, 'riposte.sock');
  if (Buffer.byteLength(direct) <= longestSocketPath) return direct;
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  return join('/run/riposte', digest, 'riposte.sock');
}

/**
 * The paths of an installation. `beside`: another program owns the home, so what is written goes to the two folders given.
 * // semantics "Living beside Wazuh"
 */
export function homePaths(home: string, beside?: { readonly state: string; readonly logs: string }): HomePaths {
  const state = beside?.state ?? join(home, 'var/riposte');
  const logs = beside?.logs ?? join(home, 'logs');
  return {
    home,
    conf: join(home, 'etc/ossec.conf'),
    settings: beside ? join(state, 'riposte.yaml') : join(home, 'etc/riposte.yaml'),
    scripts: join(home, 'active-response/bin'),
    alerts: join(logs, 'alerts/alerts.json'),
    archivesJson: join(logs, 'archives/archives.json'),
    archivesText: join(logs, 'archives/archives.log'),
    firewallLog: join(logs, 'firewall/firewall.log'),
    volume: join(state, 'event-volume.json'),
    responsesLog: join(logs, 'active-responses.log'),
    journal: join(state, 'journal'),
    database: join(state, 'manager.db'),
    lock: join(state, 'lock'),
    httpToken: beside ? join(state, 'http-token') : join(home, 'etc/http-token'),
    socket: socketPath(beside ? join(state, 'run') : join(home, 'var/run')),
  };
}

/** The control program of another installation in this home, or undefined. */
export function foreignInstallation(home: string): string | undefined {
  return ['bin/wazuh-control', 'bin/ossec-control'].map((name) => join(home, name)).find((path) => existsSync(path));
}

/** Folders below the home with their modes, in the order in which they are made. */
const folders: readonly (readonly [string, number])[] = [
  ['', 0o750],
  ['etc', 0o770],
  ['etc/decoders', 0o770],
  ['etc/rules', 0o770],
  ['etc/lists', 0o770],
  ['etc/shared', 0o770],
  ['active-response', 0o750],
  ['active-response/bin', 0o750],
  ['logs', 0o770],
  ['logs/alerts', 0o750],
  ['var', 0o750],
  ['var/run', 0o700],
  ['var/riposte', 0o700],
];

export interface Ownership {
  readonly uid: number;
  readonly gid: number;
}

function makeFolder(path: string, mode: number, ownership: Ownership | undefined): boolean {
  if (existsSync(path)) return false;
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  if (ownership !== undefined) chownSync(path, ownership.uid, ownership.gid);
  return true;
}

/**
 * Makes what is missing of a home; what is there stays as it is. `ownership`: root and the group `wazuh` (or root where there
 * is none), undefined without root. Returns whether the configuration was written.
 */
export function layOutHome(paths: HomePaths, defaultConf: string, ownership: Ownership | undefined): boolean {
  for (const [name, mode] of folders) makeFolder(join(paths.home, name), mode, ownership);
  if (!existsSync(paths.responsesLog)) {
    writeFileSync(paths.responsesLog, '', { mode: 0o660 });
    if (ownership !== undefined) chownSync(paths.responsesLog, ownership.uid, ownership.gid);
  }
  if (existsSync(paths.conf)) return false;
  writeFileSync(paths.conf, defaultConf, { mode: 0o640 });
  chmodSync(paths.conf, 0o640);
  if (ownership !== undefined) chownSync(paths.conf, ownership.uid, ownership.gid);
  return true;
}

/** Makes the folders that the beside mode writes to. */
export function layOutBeside(state: string, logs: string): void {
  for (const folder of [state, logs, join(logs, 'alerts'), join(state, 'run')]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}
