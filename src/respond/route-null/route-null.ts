// route-null on Linux: nothing is sent to an address any more, by a route that says it is unreachable. // spec active-response §6
import { addressOfKeys, parseAddress, type Source, sourceOfAlert } from '../address.ts';
import type { Availability, BuiltInResponse, Host, Outcome, Verification } from '../contract.ts';
import { addRoute, deleteRoute, findWay, listRoutes, runBatch, toOutcome } from './routes.ts';

export interface RouteEvidence {
  /** Canonical address. */
  readonly source: string;
}

const families = [4, 6] as const;
/** For each more than that only the list of routes is looked at. */
const mostWays = 50;

export function createRouteNull(): BuiltInResponse<Source, RouteEvidence> {
  return {
    name: 'route-null',
    about: {
      does: 'Sends nothing to an address any more, so that no connection with it comes about or goes on. Packets from it still come in.',
      how: 'A route `unreachable` of a protocol number of its own (82) in the main table, for IPv4 and IPv6. A route of somebody else to the same address stays, and the response fails.',
      proof:
        '`effective`: the route is there, and the kernel, asked for its way to the address, has none. `written`: the route is there, and a rule of routing leads past it.',
      needs: '`ip` (package iproute2).',
    },
    // Outbound Traffic Filtering; Restore Network Access.
    d3fend: { apply: 'D3-OTF', revert: 'D3-RNA' },
    machineLifts: false,
    parse: sourceOfAlert,
    keys: ({ text }) => [text],
    fromKeys: addressOfKeys,
    probe,
    apply: (applications, host) =>
      applyRoutes(
        applications.map(({ target }) => target),
        host,
      ),
    verify: verifyRoutes,
    revert: (evidence, host) => revertRoutes(evidence, host),
    inventory: async (host) =>
      (await listRoutes(host)).map((target) => ({
        target,
        evidence: { source: target.text },
        remainingSeconds: null,
      })),
    close: async () => undefined,
  };
}

async function probe(host: Host): Promise<Availability> {
  try {
    await listRoutes(host);
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
  return { available: true, means: 'a route in the main table', warnings: [] };
}

/** In runs of one family each; the list afterwards tells which of them are there. */
async function applyRoutes(targets: readonly Source[], host: Host): Promise<readonly Outcome<RouteEvidence>[]> {
  const there = await namesOf(host);
  if (typeof there === 'string') return targets.map(() => ({ ok: false, error: there }));
  const missing = [
    ...new Map(targets.filter(({ text }) => !there.has(text)).map((each) => [each.text, each])).values(),
  ];
  const failures = await runFamilies(host, missing, addRoute);
  const after = missing.length === 0 ? there : await namesOf(host);
  if (typeof after === 'string') return targets.map(() => ({ ok: false, error: after }));
  return targets.map(({ family, text }) =>
    after.has(text) ? { ok: true, value: { source: text } } : { ok: false, error: explain(failures.get(family), text) },
  );
}

function explain(failure: string | undefined, text: string): string {
  if (failure === undefined) return `the route to ${text} was not made`;
  return /exists/i.test(failure) ? `there is another route to ${text} already, which stays` : failure;
}

async function revertRoutes(evidence: readonly RouteEvidence[], host: Host): Promise<readonly Outcome<null>[]> {
  const sources = evidence.map(({ source }) => parseAddress(source));
  const there = await namesOf(host);
  if (typeof there === 'string') return sources.map(() => ({ ok: false, error: there }));
  const present = sources.filter((source) => source !== undefined && there.has(source.text)) as Source[];
  const failures = await runFamilies(host, present, deleteRoute);
  const after = present.length === 0 ? there : await namesOf(host);
  if (typeof after === 'string') return sources.map(() => ({ ok: false, error: after }));
  return sources.map((source, at) => {
    if (source === undefined) return { ok: false, error: `not an address: ${JSON.stringify(evidence[at]?.source)}` };
    return toOutcome(
      after.has(source.text)
        ? (failures.get(source.family) ?? `the route to ${source.text} is still there`)
        : undefined,
    );
  });
}

async function verifyRoutes(targets: readonly Source[], host: Host): Promise<readonly Verification[]> {
  const there = await namesOf(host);
  if (typeof there === 'string') return targets.map(() => ({ effect: 'absent', reason: there }));
  return Promise.all(
    targets.map((target, at) => verifyRoute(target, there.has(target.text), at < mostWays ? host : undefined)),
  );
}

/** A rule of routing can lead past the main table: the kernel is asked which way it would take. */
async function verifyRoute(target: Source, isThere: boolean, host: Host | undefined): Promise<Verification> {
  if (!isThere) return { effect: 'absent' };
  const way = host === undefined ? undefined : await findWay(host, target);
  return way === undefined
    ? { effect: 'effective' }
    : { effect: 'written', reason: `another route goes before: ${way}` };
}

/** A text says why they cannot be listed. */
async function namesOf(host: Host): Promise<ReadonlySet<string> | string> {
  try {
    return new Set((await listRoutes(host)).map(({ text }) => text));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function runFamilies(
  host: Host,
  sources: readonly Source[],
  command: (source: Source) => string,
): Promise<ReadonlyMap<Source['family'], string>> {
  const failures = new Map<Source['family'], string>();
  for (const family of families) {
    const commands = [...new Set(sources.filter((source) => source.family === family).map(command))];
    const failure = commands.length === 0 ? undefined : await runBatch(host, family, commands);
    if (failure !== undefined) failures.set(family, failure);
  }
  return failures;
}
