// Drops by sets of an nftables table of our own.
import { parseSource, type Source } from '../address.ts';
import type { Application, Found, Host, Outcome } from '../contract.ts';
import { type DropEvidence, type DropMeans, kernelSeconds } from './means.ts';
import { deleteTableStatement } from './nft-layout.ts';
import { readTable, type TableListing } from './nft-listing.ts';
import { runStatements } from './nft-run.ts';
import { NftWriter, type WriterOptions } from './nft-writer.ts';
import { probeNftables } from './probe.ts';
import { TableReader } from './table-reader.ts';
import { verifyDrops } from './verify.ts';

/** Ten years. */
const longestSeconds = 3650 * 86_400;

interface HostState {
  readonly writer: NftWriter;
  readonly reader: TableReader;
}

export function createNftMeans(options: WriterOptions): DropMeans {
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

async function applyDrops(
  applications: readonly Application<Source>[],
  writer: NftWriter,
): Promise<readonly Outcome<DropEvidence>[]> {
  const outcomes = await writer.submit(
    applications.map(({ target, remainingSeconds }) => ({
      kind: 'add',
      source: target,
      seconds: kernelSeconds(remainingSeconds, longestSeconds),
    })),
  );
  return outcomes.map((outcome, at) =>
    outcome.ok ? { ok: true, value: { source: applications[at]?.target.text ?? '' } } : outcome,
  );
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
