// The only reader of the environment and of what the machine says about itself: who we are, where we live, what is near.
import { readFileSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { parseIpv4Gateways, parseIpv6Gateways, parseResolvers } from './environment-network.ts';
import { readStat } from './process-table.ts';

export interface Environment {
  readonly isRoot: boolean;
  /** Where configuration, scripts and state are, unless the command line says otherwise. */
  readonly home: string;
  /** The address from which the person at the terminal is logged in, where that is by SSH. */
  readonly sshClient: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

export function readEnvironment(): Environment {
  const isRoot = process.geteuid?.() === 0;
  return { isRoot, home: chooseHome(process.env, isRoot), sshClient: findSshClient() };
}

/** RIPOSTE_HOME; else Wazuh's own place for root (spec active-response §1), the state folder of the XDG rules for others. */
export function chooseHome(variables: Variables, isRoot: boolean): string {
  const given = absolute(variables.RIPOSTE_HOME);
  if (given !== undefined) return given;
  if (isRoot) return '/var/ossec';
  const state = absolute(variables.XDG_STATE_HOME) ?? join(absolute(variables.HOME) ?? '/', '.local/state');
  return join(state, 'riposte');
}

/** Relative paths count as not set, as the XDG rules ask: they would depend on where one stands. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined;
}

const mostAncestors = 64;

/**
 * sudo and su drop SSH_CONNECTION, so the ancestors are asked too, nearest first. What an ancestor's environment says is
 * a hint for a guard that spares an address, never a proof of anything.
 */
function findSshClient(): string | undefined {
  let pid = process.pid;
  let variable = process.env.SSH_CONNECTION;
  for (let n = 0; n < mostAncestors && pid > 1; n += 1) {
    const client = parseSshConnection(variable);
    if (client !== undefined) return client;
    pid = readStat(pid)?.parent ?? 0;
    variable = readVariable(pid, 'SSH_CONNECTION');
  }
  return undefined;
}

/** `CLIENT PORT SERVER PORT`; a zone (`%eth0`) is cut off. */
export function parseSshConnection(text: string | undefined): string | undefined {
  const address = text?.split(' ')[0]?.split('%')[0] ?? '';
  return isIPv4(address) || isIPv6(address) ? address : undefined;
}

function readVariable(pid: number, name: string): string | undefined {
  const entries = readText(`/proc/${pid}/environ`).split('\0');
  return entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Addresses of this machine's interfaces, loopback included, without zones. */
export function readOwnAddresses(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return unique(addresses.map(({ address }) => address.split('%')[0] ?? address));
}

/** Every next hop in the routing tables, those of default routes first. */
export function readGateways(): readonly string[] {
  return unique([
    ...parseIpv4Gateways(readText('/proc/net/route')),
    ...parseIpv6Gateways(readText('/proc/net/ipv6_route')),
  ]);
}

/** Name servers, those behind systemd-resolved's local one included. */
export function readResolvers(): readonly string[] {
  return unique([
    ...parseResolvers(readText('/etc/resolv.conf')),
    ...parseResolvers(readText('/run/systemd/resolve/resolv.conf')),
  ]);
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** Empty where it cannot be read: a machine without IPv6 has no /proc/net/ipv6_route. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export interface Account {
  readonly name: string;
  readonly uid: number;
}

/** The accounts of /etc/passwd; those of a directory service are not asked for. */
export function readAccounts(): readonly Account[] {
  return parseAccounts(readText('/etc/passwd'));
}

export function parseAccounts(passwd: string): readonly Account[] {
  return passwd
    .split('\n')
    .map((line) => line.split(':'))
    .flatMap(([name = '', , uid = '']) => (name !== '' && /^\d+$/.test(uid) ? [{ name, uid: Number(uid) }] : []));
}

/** The user id that this process acts under. */
export function readOwnUserId(): number | undefined {
  return process.geteuid?.();
}

/** The variables that set something of ours. */
export function readVariables(): Variables {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('RIPOSTE_')));
}

/** The number of a group, undefined where there is none of the name. Only the local file is asked. */
export function readGroupId(name: string): number | undefined {
  const line = readText('/etc/group')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const id = Number(line?.split(':')[2]);
  return line !== undefined && Number.isInteger(id) ? id : undefined;
}
