// An address in a log can be forged, and these, once blocked, cut the endpoint off from itself or from its manager.
import type { Guard } from './guard.ts';

export const neverBlockGuard: Guard = {
  name: 'never_block',
  check({ facts, lookup }) {
    if (lookup.kind !== 'target' || lookup.address === undefined) return undefined;
    const reason = facts.neverBlock(lookup.address);
    return reason === undefined ? undefined : `${lookup.address} is never blocked: ${reason}`;
  },
};
