// Names of accounts that an alert may give. // spec active-response §6
import type { Alert } from '../alert/alert.ts';
import { InvalidTarget } from './contract.ts';

export interface Account {
  readonly account: string;
}

/** What active-responses.log says where an alert has no usable name. // spec active-response §7 */
export const invalidAccountText = "Cannot read 'dstuser' from data or invalid username format";

const longestName = 256;

/** Undefined for root, and for what could be an option, a path or a field of a file. */
export function parseAccount(text: unknown): Account | undefined {
  if (typeof text !== 'string' || text === 'root' || text.length > longestName) return undefined;
  if (!/^[\x21-\x7e]+$/.test(text) || /^[-+~]|[:,/\\]|\.\./.test(text)) return undefined;
  return { account: text };
}

export function accountOfAlert(alert: Alert): Account {
  return orThrow(parseAccount(alert.data?.dstuser));
}

export function accountOfKeys(keys: readonly string[]): Account {
  return orThrow(keys.length === 1 ? parseAccount(keys[0]) : undefined);
}

function orThrow(account: Account | undefined): Account {
  if (account === undefined) throw new InvalidTarget(invalidAccountText);
  return account;
}
