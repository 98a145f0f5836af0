// A set and the rule that drops by it, for each family: made with the first block, taken away with the last.
import type { Host } from '../../contract.ts';
import { type Family, failureOf, longestSeconds, setName, timeoutMs } from './sets.ts';

export type { Family } from './sets.ts';
export const families: readonly Family[] = [4, 6];

const mostElements = 1_048_576;
/** Others change the rules too: it waits for them. */
const waitSeconds = '5';

function iptables(family: Family): string {
  return family === 4 ? 'iptables' : 'ip6tables';
}

/** Ahead of connection tracking, for what comes to this host and what is forwarded, open connections too. */
function rule(family: Family, verb: '-I' | '-C' | '-D', position: readonly string[] = []): [string, ...string[]] {
  const match = ['-m', 'set', '--match-set', setName(family), 'src', '-j', 'DROP'];
  return [iptables(family), '-w', waitSeconds, '-t', 'raw', verb, 'PREROUTING', ...position, ...match];
}

async function createSet(host: Host, family: Family): Promise<string | undefined> {
  const kind = ['hash:net', 'family', family === 4 ? 'inet' : 'inet6'];
  // An element that is added without a timeout would get this one: none stays for ever.
  const limits = ['maxelem', String(mostElements), 'timeout', String(longestSeconds)];
  const argv = ['ipset', '-exist', 'create', setName(family), ...kind, ...limits] as const;
  return failureOf('ipset', await host.run(argv, { timeoutMs }));
}

/** undefined: set and rule are there. */
export async function layOut(host: Host, family: Family): Promise<string | undefined> {
  const failure = await createSet(host, family);
  if (failure !== undefined || (await hasRule(host, family))) return failure;
  return failureOf(iptables(family), await host.run(rule(family, '-I', ['1']), { timeoutMs }));
}

export async function hasRule(host: Host, family: Family): Promise<boolean> {
  return (await host.run(rule(family, '-C'), { timeoutMs })).status === 0;
}

export async function removeLayout(host: Host, family: Family): Promise<void> {
  await host.run(rule(family, '-D'), { timeoutMs });
  await host.run(['ipset', 'destroy', setName(family)], { timeoutMs });
}

/** Why it cannot work here; changes nothing that lasts. */
export async function isSound(host: Host, family: Family): Promise<string | undefined> {
  const trial = `${setName(family)}-trial`;
  const kind = ['hash:net', 'family', family === 4 ? 'inet' : 'inet6', 'timeout', '1'];
  const failure = failureOf('ipset', await host.run(['ipset', '-exist', 'create', trial, ...kind], { timeoutMs }));
  if (failure !== undefined) return failure;
  await host.run(['ipset', 'destroy', trial], { timeoutMs });
  const argv = [iptables(family), '-w', waitSeconds, '-t', 'raw', '-S', 'PREROUTING'] as const;
  return failureOf(iptables(family), await host.run(argv, { timeoutMs }));
}
