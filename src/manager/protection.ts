// What must not be acted upon, asked twice: where a decision is made and again on the endpoint. // architecture, invariant 5
import type { Refuse } from '../agent/agent.ts';
import type { Alert } from '../alert/alert.ts';
import type { Settings } from '../config/settings.ts';
import type { DecisionTable } from '../decide/decide.ts';
import type { NeverBlock, TargetLookup, TargetOf } from '../decide/facts.ts';
import { type ProtectedAddress, prepareNeverBlock } from '../decide/never-block.ts';
import { type AnyBuiltIn, InvalidTarget } from '../respond/contract.ts';
import { findBuiltIn } from '../respond/registry.ts';

export interface Protection {
  readonly neverBlock: NeverBlock;
  readonly targetOf: TargetOf;
  readonly refuse: Refuse;
  /** After a reload: the allow list of the new configuration and the new settings hold. */
  use(table: DecisionTable, settings: ProtectionSettings): void;
  /** Reads the host's own addresses again: they change while a service runs. */
  refresh(): void;
}

/** An account that must stay usable, and why, as part of a sentence: `it has user id 0`. */
export interface ProtectedAccount {
  readonly name: string;
  readonly reason: string;
}

export type ProtectionSettings = Pick<Settings, 'neverBlock' | 'protectedAccounts'>;

export interface ProtectionOptions {
  readonly table: DecisionTable;
  readonly settings: ProtectionSettings;
  readonly builtIns: readonly AnyBuiltIn[];
  /** Own addresses, gateways, resolvers. */
  readonly readAddresses: () => readonly ProtectedAddress[];
  /** Every account with user id 0 and the service's own. Asked whenever an account is to be locked. */
  readonly readAccounts: () => readonly ProtectedAccount[];
  /** Whether a user's own script answers to this executable: it wins over the built-in of the name. */
  readonly hasScript: (executable: string) => boolean;
}

function lookUp(response: AnyBuiltIn, alert: Alert): TargetLookup {
  const { targetField: field = 'srcip' } = response;
  const isAddress = field === 'srcip';
  try {
    const [target] = response.keys(response.parse(alert));
    if (target === undefined) return { kind: 'unknown' };
    return isAddress ? { kind: 'target', target, address: target } : { kind: 'target', target };
  } catch (error) {
    if (!(error instanceof InvalidTarget)) throw error;
    const given = alert.data?.[field];
    return given === undefined
      ? { kind: 'missing', reason: `the alert has no ${field}` }
      : {
          kind: 'invalid',
          reason: `the ${field} ${JSON.stringify(given)} is no ${isAddress ? 'address' : 'account that may be acted on'}`,
        };
  }
}

function firstReason(targets: readonly string[], ask: (target: string) => string | undefined): string | undefined {
  for (const target of targets) {
    const reason = ask(target);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/**
 * A user's own script of the name is held to the same as a built-in one: who writes `protected_accounts` means accounts,
 * not a way of locking them. What scripts of other names do to an account cannot be known. // semantics "What is shown"
 */
function locksAccounts(executable: string): boolean {
  return /^disable-account(?:\.[^.]*)?$/.test(executable);
}

function refuseAccount(names: readonly unknown[], accounts: readonly ProtectedAccount[]): string | undefined {
  const found = accounts.find(({ name }) => names.includes(name));
  return found === undefined ? undefined : `protected_account: ${found.name} must stay usable: ${found.reason}`;
}

export function createProtection(options: ProtectionOptions): Protection {
  let { table, settings } = options;
  let neverBlock = prepare();

  function prepare(): NeverBlock {
    const set = settings.neverBlock.map((address) => ({ address, reason: 'the setting never_block names it' }));
    return prepareNeverBlock([...options.readAddresses(), ...set]);
  }

  function protectedAccounts(): readonly ProtectedAccount[] {
    const set = settings.protectedAccounts.map((name) => ({ name, reason: 'the setting protected_accounts names it' }));
    return [...options.readAccounts(), ...set];
  }

  function refuseTarget(target: string): string | undefined {
    const entry = table.allowList.find(target);
    if (entry !== undefined) return `allow_list: ${target} is on the allow list (${entry})`;
    const reason = neverBlock(target);
    return reason === undefined ? undefined : `never_block: ${target} must stay reachable: ${reason}`;
  }

  return {
    neverBlock: (address) => neverBlock(address),
    targetOf(executable, alert) {
      const response = options.hasScript(executable) ? undefined : findBuiltIn(options.builtIns, executable);
      return response === undefined ? { kind: 'unknown' } : lookUp(response, alert);
    },
    refuse(targets, { executable, alert }) {
      return (
        firstReason(targets, refuseTarget) ??
        (locksAccounts(executable) ? refuseAccount([...targets, alert.data?.dstuser], protectedAccounts()) : undefined)
      );
    },
    use(nextTable, nextSettings) {
      table = nextTable;
      settings = nextSettings;
      neverBlock = prepare();
    },
    refresh() {
      neverBlock = prepare();
    },
  };
}
