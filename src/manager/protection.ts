// What must not be acted upon, asked twice: where a decision is made and again on the endpoint. // architecture, invariant 5
import type { Refuse } from '../agent/agent.ts';
import type { Alert } from '../alert/alert.ts';
import type { DecisionTable } from '../decide/decide.ts';
import type { NeverBlock, TargetLookup, TargetOf } from '../decide/facts.ts';
import { type ProtectedAddress, prepareNeverBlock } from '../decide/never-block.ts';
import { type AnyBuiltIn, InvalidTarget } from '../respond/contract.ts';
import { findBuiltIn } from '../respond/registry.ts';

export interface Protection {
  readonly neverBlock: NeverBlock;
  readonly targetOf: TargetOf;
  readonly refuse: Refuse;
  /** After a reload: the allow list of the new configuration holds. */
  use(table: DecisionTable): void;
  /** Reads the host's own addresses again: they change while a service runs. */
  refresh(): void;
}

export interface ProtectionOptions {
  readonly table: DecisionTable;
  readonly builtIns: readonly AnyBuiltIn[];
  /** Own addresses, gateways, resolvers, and those of the settings. */
  readonly readAddresses: () => readonly ProtectedAddress[];
  /** Whether a user's own script answers to this executable: it wins over the built-in of the name. */
  readonly hasScript: (executable: string) => boolean;
}

function lookUp(response: AnyBuiltIn, alert: Alert): TargetLookup {
  try {
    const [target] = response.keys(response.parse(alert));
    return target === undefined ? { kind: 'unknown' } : { kind: 'target', target, address: target };
  } catch (error) {
    if (!(error instanceof InvalidTarget)) throw error;
    const given = alert.data?.srcip;
    return given === undefined
      ? { kind: 'missing', reason: 'the alert has no srcip' }
      : { kind: 'invalid', reason: `the srcip ${JSON.stringify(given)} is no address` };
  }
}

export function createProtection(options: ProtectionOptions): Protection {
  let { table } = options;
  let neverBlock = prepareNeverBlock(options.readAddresses());
  return {
    neverBlock: (address) => neverBlock(address),
    targetOf(executable, alert) {
      const response = options.hasScript(executable) ? undefined : findBuiltIn(options.builtIns, executable);
      return response === undefined ? { kind: 'unknown' } : lookUp(response, alert);
    },
    refuse(target, _alert) {
      const entry = table.allowList.find(target);
      if (entry !== undefined) return `allow_list: ${target} is on the allow list (${entry})`;
      const reason = neverBlock(target);
      return reason === undefined ? undefined : `never_block: ${target} must stay reachable: ${reason}`;
    },
    use(next) {
      table = next;
    },
    refresh() {
      neverBlock = prepareNeverBlock(options.readAddresses());
    },
  };
}
