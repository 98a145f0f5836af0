// A chain of our own for each family, with a rule for each address: made with the first block, taken away with the last.
import { parseSource, type Source } from '../../address.ts';
import type { Host } from '../../contract.ts';
import { type Family, failureOf, timeoutMs } from '../ipset/sets.ts';

export const chainName = 'RIPOSTE';
/** Others change the rules too: it waits for them. */
const waitSeconds = '5';

export function iptables(family: Family): string {
  return family === 4 ? 'iptables' : 'ip6tables';
}

function command(family: Family, ...args: readonly string[]): [string, ...string[]] {
  return [iptables(family), '-w', waitSeconds, '-t', 'raw', ...args];
}

async function run(host: Host, family: Family, ...args: readonly string[]): Promise<string | undefined> {
  return failureOf(iptables(family), await host.run(command(family, ...args), { timeoutMs }));
}

export async function hasJump(host: Host, family: Family): Promise<boolean> {
  return (await run(host, family, '-C', 'PREROUTING', '-j', chainName)) === undefined;
}

/** undefined: chain and jump are there. */
export async function layOut(host: Host, family: Family): Promise<string | undefined> {
  if ((await listChain(host, family)) === undefined) {
    const failure = await run(host, family, '-N', chainName);
    if (failure !== undefined) return failure;
  }
  return (await hasJump(host, family)) ? undefined : run(host, family, '-I', 'PREROUTING', '1', '-j', chainName);
}

export async function removeLayout(host: Host, family: Family): Promise<void> {
  await run(host, family, '-D', 'PREROUTING', '-j', chainName);
  await run(host, family, '-X', chainName);
}

export async function isSound(host: Host, family: Family): Promise<string | undefined> {
  return run(host, family, '-S', 'PREROUTING');
}

/** Undefined where there is no chain. Throws where it cannot be listed. */
export async function listChain(host: Host, family: Family): Promise<readonly Source[] | undefined> {
  // The whole table: asked for a chain that is not there, versions of iptables say different things.
  const result = await host.run(command(family, '-S'), { timeoutMs });
  const failure = failureOf(iptables(family), result);
  if (failure !== undefined) throw new Error(failure);
  const lines = result.stdout.split('\n');
  if (!lines.includes(`-N ${chainName}`)) return undefined;
  return lines.flatMap((line) => {
    const [, address = ''] = /^-A RIPOSTE -s (\S+) -j DROP$/.exec(line) ?? [];
    return parseSource(address) ?? [];
  });
}

/** All of them as one transaction. undefined: it is done. */
export async function change(
  host: Host,
  family: Family,
  verb: '-A' | '-D',
  sources: readonly Source[],
): Promise<string | undefined> {
  if (sources.length === 0) return undefined;
  const lines = sources.map(({ text }) => `${verb} ${chainName} -s ${text} -j DROP`);
  const stdin = ['*raw', ...lines, 'COMMIT', ''].join('\n');
  const program = `${iptables(family)}-restore`;
  return failureOf(program, await host.run([program, '-w', waitSeconds, '--noflush'], { stdin, timeoutMs }));
}
