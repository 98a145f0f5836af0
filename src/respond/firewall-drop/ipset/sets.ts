// Elements of the sets, as ipset(8) takes and lists them.
import { parseSource, type Source } from '../../address.ts';
import type { Host, RunResult } from '../../contract.ts';

export type Family = Source['family'];

export const timeoutMs = 30_000;

/** A timeout can be no longer: 24 days and a half. */
export const longestSeconds = 2_147_483;

/** `riposte4`, `riposte6`. */
export function setName(family: Family): string {
  return `riposte${family}`;
}

export interface Element {
  readonly source: Source;
  readonly seconds: number;
}

export function addLine({ family, text }: Source, seconds: number): string {
  return `add ${setName(family)} ${text} timeout ${seconds}`;
}

export function deleteLine({ family, text }: Source): string {
  return `del ${setName(family)} ${text}`;
}

/**
 * Runs the lines, by the text that each is about, and gives those that failed, with the reason. What is there already is set anew, what is missing is no
 * failure. One bad line keeps ipset from doing the others: it is found by halves.
 */
export async function restore(host: Host, lines: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
  if (lines.size === 0) return new Map();
  const stdin = `${[...lines.values()].join('\n')}\n`;
  const failure = failureOf('ipset', await host.run(['ipset', '-exist', 'restore'], { stdin, timeoutMs }));
  if (failure === undefined) return new Map();
  const entries = [...lines];
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return new Map([[only[0], failure]]);
  const middle = Math.ceil(entries.length / 2);
  const [first, second] = [new Map(entries.slice(0, middle)), new Map(entries.slice(middle))];
  return new Map([...(await restore(host, first)), ...(await restore(host, second))]);
}

/** Families of which there is a set. */
export async function setNames(host: Host): Promise<ReadonlySet<Family>> {
  const result = await host.run(['ipset', 'list', '-name'], { timeoutMs });
  const names = result.status === 0 ? result.stdout.split('\n') : [];
  return new Set(([4, 6] as const).filter((family) => names.includes(setName(family))));
}

/** Undefined where there is no set. Throws where it cannot be listed. */
export async function listElements(host: Host, family: Family): Promise<readonly Element[] | undefined> {
  const result = await host.run(['ipset', 'save', setName(family)], { timeoutMs });
  const failure = failureOf('ipset', result);
  if (failure !== undefined) {
    if (/does not exist/.test(failure)) return undefined;
    throw new Error(failure);
  }
  const prefix = `add ${setName(family)} `;
  return result.stdout
    .split('\n')
    .flatMap((line) => (line.startsWith(prefix) ? parseElement(line.slice(prefix.length)) : []));
}

/** `198.51.100.7 timeout 590` */
function parseElement(text: string): Element[] {
  const [, address = '', seconds = ''] = /^(\S+) timeout (\d+)$/.exec(text) ?? [];
  const source = parseSource(address);
  return source === undefined ? [] : [{ source, seconds: Number(seconds) }];
}

export async function testElement(host: Host, { family, text }: Source): Promise<boolean> {
  const { status } = await host.run(['ipset', 'test', setName(family), text], { timeoutMs });
  return status === 0;
}

/** One line for people; undefined: it went well. */
export function failureOf(program: string, { status, signal, stderr, error, timedOut }: RunResult): string | undefined {
  if (error === 'ENOENT') return `${program} is not installed`;
  if (error !== undefined) return `${program} cannot be started: ${error}`;
  if (timedOut) return `${program} did not end in time`;
  if (status === 0) return undefined;
  const [line = ''] = stderr.trim().split('\n');
  const reason = line.replace(/^(?:ipset|ip6?tables)[^:]*: /, '').slice(0, 300);
  return `${program}: ${reason === '' ? `ended ${signal === null ? `with status ${status}` : `by ${signal}`}` : reason}`;
}
