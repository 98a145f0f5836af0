// One run of nft to its end, for what is long, or must be certain. Errors become one line for people.
import type { Host, Outcome, RunResult } from '../contract.ts';

const runTimeoutMs = 30_000;
const longestReason = 300;

export interface NftFailure {
  /** No other input would fare better: nft missing, not allowed, hanging. */
  readonly hopeless: boolean;
  readonly error: string;
}

/** Runs statements as one transaction. undefined: all of it is done; else nothing is. */
export async function runStatements(host: Host, statements: readonly string[]): Promise<NftFailure | undefined> {
  const result = await host.run(['nft', '-f', '-'], { stdin: `${statements.join('\n')}\n`, timeoutMs: runTimeoutMs });
  return failureOf(result);
}

/** Asks the kernel whether it would take the statements, and changes nothing. */
export async function checkStatements(host: Host, statements: readonly string[]): Promise<NftFailure | undefined> {
  const stdin = `${statements.join('\n')}\n`;
  return failureOf(await host.run(['nft', '-c', '-f', '-'], { stdin, timeoutMs: runTimeoutMs }));
}

/** A listing as parsed JSON. */
export async function listJson(host: Host, what: readonly string[]): Promise<Outcome<unknown>> {
  const result = await host.run(['nft', '-j', 'list', ...what], { timeoutMs: runTimeoutMs });
  const failure = failureOf(result);
  if (failure !== undefined) return { ok: false, error: failure.error };
  try {
    return { ok: true, value: JSON.parse(result.stdout) };
  } catch {
    return { ok: false, error: 'nft: its JSON listing cannot be read' };
  }
}

function failureOf(result: RunResult): NftFailure | undefined {
  if (result.error === 'ENOENT') return { hopeless: true, error: 'nft is not installed (package nftables)' };
  if (result.error !== undefined) return { hopeless: true, error: `nft cannot be started: ${result.error}` };
  if (result.timedOut) return { hopeless: true, error: 'nft did not end in time' };
  if (result.status === 0) return undefined;
  if (result.status === null) return { hopeless: false, error: `nft was ended by ${result.signal ?? 'a signal'}` };
  if (/Operation not permitted/.test(result.stderr)) {
    return { hopeless: true, error: 'nft: not permitted (needs root or CAP_NET_ADMIN)' };
  }
  return { hopeless: false, error: shortReason(result.stderr, result.status) };
}

/** The first error that nft printed, without its echo of the input, which may be long. */
function shortReason(stderr: string, status: number): string {
  const line = stderr.split('\n').find((candidate) => /error/i.test(candidate)) ?? stderr.split('\n')[0] ?? '';
  const text = line.replace(/^.*?Error: /, '').trim();
  return text === '' ? `nft ended with status ${status}` : `nft: ${text.slice(0, longestReason)}`;
}
