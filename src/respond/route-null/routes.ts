// Routes of ours, as iproute2 makes and lists them: they have a protocol number that nobody else uses.
import { parseAddress, type Source } from '../address.ts';
import type { Host, Outcome, RunResult } from '../contract.ts';

/** rtm_protocol of our routes. Numbers from 5 on are free for programs, and no routing daemon has this one. */
export const protocol = 82;

const timeoutMs = 30_000;

/** `unreachable`: who talks to the address is told at once, as with Wazuh's `reject`. */
export function addRoute({ text }: Source): string {
  return `route add unreachable ${text} proto ${protocol}`;
}

export function deleteRoute({ text }: Source): string {
  return `route del unreachable ${text} proto ${protocol}`;
}

/** Runs commands of ip(8), one a line; one that fails does not keep the others from being done. undefined: all are done. */
export async function runBatch(
  host: Host,
  family: Source['family'],
  commands: readonly string[],
): Promise<string | undefined> {
  const stdin = `${commands.join('\n')}\n`;
  return failureOf(await host.run(['ip', `-${family}`, '-force', '-batch', '-'], { stdin, timeoutMs }));
}

/** Addresses that routes of ours make unreachable, canonical. Throws where they cannot be listed. */
export async function listRoutes(host: Host): Promise<readonly Source[]> {
  const lists = await Promise.all([listFamily(host, 4), listFamily(host, 6)]);
  return lists.flat();
}

async function listFamily(host: Host, family: Source['family']): Promise<readonly Source[]> {
  const show = ['route', 'show', 'table', 'main', 'type', 'unreachable', 'proto', String(protocol)] as const;
  const result = await host.run(['ip', '-j', `-${family}`, ...show], { timeoutMs });
  const failure = failureOf(result);
  // A kernel without IPv6 has no routes of it.
  if (failure !== undefined) {
    if (family === 6 && /not supported|disabled/i.test(failure)) return [];
    throw new Error(failure);
  }
  return parseRoutes(result.stdout);
}

function parseRoutes(json: string): readonly Source[] {
  const routes: unknown = JSON.parse(json.trim() === '' ? '[]' : json);
  if (!Array.isArray(routes)) throw new Error('ip: its list of routes cannot be read');
  return routes.flatMap((route: unknown) => {
    const { dst, metric } = (route ?? {}) as { readonly dst?: unknown; readonly metric?: unknown };
    // IPv6 routes have a metric, 1024 where none was asked for; those with another are somebody else's.
    const isPlain = metric === undefined || metric === 1024;
    return typeof dst === 'string' && isPlain ? (parseAddress(dst) ?? []) : [];
  });
}

/** Whether the kernel would send anything there: undefined where it would not, else by which way. */
export async function findWay(host: Host, { family, text }: Source): Promise<string | undefined> {
  const result = await host.run(['ip', `-${family}`, 'route', 'get', text], { timeoutMs });
  if (result.error !== undefined || result.status !== 0) return undefined;
  const [way = ''] = result.stdout.trim().split('\n');
  return /^unreachable\b/.test(way) ? undefined : way.trim();
}

export function toOutcome(failure: string | undefined): Outcome<null> {
  return failure === undefined ? { ok: true, value: null } : { ok: false, error: failure };
}

function failureOf({ status, signal, stderr, error, timedOut }: RunResult): string | undefined {
  if (error === 'ENOENT') return 'ip is not installed (package iproute2)';
  if (error !== undefined) return `ip cannot be started: ${error}`;
  if (timedOut) return 'ip did not end in time';
  if (status === 0) return undefined;
  const [reason = ''] = stderr.trim().split('\n');
  return `ip: ${reason === '' ? `ended ${signal === null ? `with status ${status}` : `by ${signal}`}` : reason}`;
}
