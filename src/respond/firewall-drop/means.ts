// The ways in which firewall-drop can drop an address; the first that a machine has is used.
import type { Source } from '../address.ts';
import type { BuiltInResponse } from '../contract.ts';

export interface DropEvidence {
  /** Canonical address or prefix. */
  readonly source: string;
}

/** As the contract of responses has it. */
export type DropMeans = Pick<
  BuiltInResponse<Source, DropEvidence>,
  'probe' | 'prepare' | 'apply' | 'verify' | 'revert' | 'inventory' | 'close'
>;

/**
 * The timeout given to what lasts until it is reverted: without one the element would stay for ever if the agent never came
 * back. A week outlasts a weekend's outage; reconcile sets it anew when half of it has passed.
 */
export const untilRevertedSeconds = 7 * 86_400;

/** A timeout of 0 would be for ever. `longest`: that the machine can hold, s. */
export function kernelSeconds(remainingSeconds: number | null, longest: number): number {
  if (remainingSeconds === null) return untilRevertedSeconds;
  return Math.min(longest, Math.max(1, Math.ceil(remainingSeconds)));
}
