// The built-in responses, one line each.
import type { AnyBuiltIn, BuiltInAction } from './contract.ts';
import { createDisableAccount } from './disable-account/disable-account.ts';
import { createFirewallDrop } from './firewall-drop/firewall-drop.ts';
import { createHostDeny } from './host-deny/host-deny.ts';
import { createIpCustomblock } from './ip-customblock/ip-customblock.ts';
import { createRouteNull } from './route-null/route-null.ts';
import { createWazuhSlack } from './wazuh-slack/wazuh-slack.ts';

export interface BuiltInOptions {
  /** Called where somebody else removed a response's whole store (a flushed firewall): reconcile must apply the rest again. */
  readonly onLost?: (name: string) => void;
}

/** All of them, none started. The caller closes each. */
export function builtIns(options: BuiltInOptions = {}): readonly AnyBuiltIn[] {
  return [
    createFirewallDrop({ onTableLost: () => options.onLost?.('firewall-drop') }),
    createHostDeny(),
    createRouteNull(),
    createDisableAccount(),
    createIpCustomblock(),
  ];
}

/** Those that do something once. */
export function actions(): readonly BuiltInAction[] {
  return [createWazuhSlack()];
}

/** Of everything that is built in. */
export function builtInNames(): readonly string[] {
  return [...builtIns(), ...actions()].map(({ name }) => name);
}

/** By name as `<executable>` has it, or undefined. */
export function findBuiltIn(list: readonly AnyBuiltIn[], name: string): AnyBuiltIn | undefined {
  return list.find((response) => response.name === name);
}
