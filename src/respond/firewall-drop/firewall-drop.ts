// firewall-drop on Linux: drops every packet from an address, by sets of an nftables table of our own.
import { invalidSourceText, parseSource, type Source, sourceOfAlert } from '../address.ts';
import {
  type Application,
  type BuiltInResponse,
  type Found,
  type Host,
  InvalidTarget,
  type Outcome,
} from '../contract.ts';
import { deleteTableStatement } from './nft-layout.ts';
import { readTable, type TableListing } from './nft-listing.ts';
import { runStatements } from './nft-run.ts';
import { NftWriter, type WriterOptions } from './nft-writer.ts';
import { probeNftables } from './probe.ts';
import { TableReader } from './table-reader.ts';
import { verifyDrops } from './verify.ts';

export interface DropEvidence {
  /** Canonical address or prefix. */
  readonly source: string;
}

/**
 * The timeout given to what lasts until it is reverted: without one the element would stay for ever if the agent never came
 * back. A week outlasts a weekend's outage; reconcile sets it anew when half of it has passed.
 */
export const untilRevertedSeconds = 7 * 86_400;

/** Ten years. What is longer must be armed again. */
const longestSeconds = 3650 * 86_400;

interface HostState {
  readonly writer: NftWriter;
  readonly reader: TableReader;
}

export function createFirewallDrop(options: WriterOptions = {}): BuiltInResponse<Source, DropEvidence> {
  const states = new Map<Host, HostState>();
  const stateOf = (host: Host): HostState => {
    const known = states.get(host);
    if (known !== undefined) return known;
    const writer = new NftWriter(host, options);
    const onFault = (): void => {
      writer.distrustLayout();
      options.onTableLost?.();
    };
    const state = { writer, reader: new TableReader(host, { onFault }) };
    states.set(host, state);
    return state;
  };
  return {
    name: 'firewall-drop',
    about: {
      does: 'Drops every packet from an address: new connections, open ones, and what is forwarded to containers and guests.',
      how: 'Two sets for each family, one of addresses and one of prefixes, in a table of its own (`inet riposte`), ahead of all other tables. The table is made with the first block and taken away with the last. The kernel itself lifts an address on time, even if nothing of this program runs.',
      proof: '`effective`: the address is in its set, and the rule that drops by this set is there.',
      needs: '`nft` (package nftables), and Linux 5.10 or later.',
    },
    // Inbound Traffic Filtering; Restore Network Access.
    d3fend: { apply: 'D3-ITF', revert: 'D3-RNA' },
    machineLifts: true,
    renewBelowSeconds: untilRevertedSeconds / 2,
    parse: sourceOfAlert,
    keys: (target) => [target.text],
    fromKeys,
    probe: probeNftables,
    prepare: (host) => prepareTable(stateOf(host)),
    apply: (applications, host) => applyDrops(applications, stateOf(host).writer),
    verify: (targets, host) => verifyDrops(targets, stateOf(host).reader, stateOf(host).writer),
    revert: (evidence, host) => revertDrops(evidence, stateOf(host).writer),
    inventory: async (host) => {
      const { reader, writer } = stateOf(host);
      const table = await reader.read();
      if (table.fault === undefined) writer.trustLayout();
      else writer.distrustLayout();
      return listDrops(table);
    },
    close: async () => {
      const closing = [...states];
      states.clear();
      await Promise.all(closing.map(([host, state]) => closeState(host, state)));
    },
  };
}

/** Looked at last, to know by which rules it drops. */
async function prepareTable({ reader, writer }: HostState): Promise<void> {
  if (reader.ruleHandles !== undefined || !(await writer.prepare())) return;
  await reader.read().catch(() => undefined);
}

/** An empty table is taken away: the next block makes it again, and who removes the program finds nothing of it. */
async function closeState(host: Host, { reader, writer }: HostState): Promise<void> {
  reader.close();
  await writer.close();
  if (!writer.hasWritten) return;
  const table = await readTable(host).catch(() => undefined);
  if (table?.exists === true && table.elements.size === 0) await runStatements(host, [deleteTableStatement]);
}

/** Prefixes too: an alert never names one, an operator may. */
function fromKeys(keys: readonly string[]): Source {
  const [key] = keys;
  const source = keys.length === 1 && key !== undefined ? parseSource(key) : undefined;
  if (source === undefined) throw new InvalidTarget(invalidSourceText);
  return source;
}

async function applyDrops(
  applications: readonly Application<Source>[],
  writer: NftWriter,
): Promise<readonly Outcome<DropEvidence>[]> {
  const outcomes = await writer.submit(
    applications.map(({ target, remainingSeconds }) => ({
      kind: 'add',
      source: target,
      seconds: kernelSeconds(remainingSeconds),
    })),
  );
  return outcomes.map((outcome, at) =>
    outcome.ok ? { ok: true, value: { source: applications[at]?.target.text ?? '' } } : outcome,
  );
}

/** `timeout 0s` would be for ever. */
function kernelSeconds(remainingSeconds: number | null): number {
  if (remainingSeconds === null) return untilRevertedSeconds;
  return Math.min(longestSeconds, Math.max(1, Math.ceil(remainingSeconds)));
}

async function revertDrops(evidence: readonly DropEvidence[], writer: NftWriter): Promise<readonly Outcome<null>[]> {
  // Evidence comes from a journal on the disk: it passes the same gate as everything that reaches nft.
  const sources = evidence.map(({ source }) => parseSource(source));
  const valid = sources.filter((source) => source !== undefined);
  const outcomes = await writer.submit(valid.map((source) => ({ kind: 'remove', source })));
  const remaining = outcomes.values();
  return sources.map((source, at) => {
    if (source === undefined) return { ok: false, error: `not an address: ${JSON.stringify(evidence[at]?.source)}` };
    return remaining.next().value ?? { ok: false, error: 'nft gave no answer' };
  });
}

function listDrops(table: TableListing): Found<Source, DropEvidence>[] {
  return [...table.elements.values()].map(({ source, remainingSeconds }) => ({
    target: source,
    evidence: { source: source.text },
    remainingSeconds,
    fault: table.fault,
  }));
}
