// Nothing at all answers an alert whose source is on the allow list, also responses that do not touch the source:
// that is what Wazuh's users count on. // spec decisions "White list"
import { readSourceAddress } from '../alert-fields.ts';
import type { Guard } from './guard.ts';

export const allowListGuard: Guard = {
  name: 'allow_list',
  check({ facts, allowList }) {
    const address = readSourceAddress(facts.alert);
    if (address === undefined) return undefined;
    const entry = allowList.find(address);
    return entry === undefined ? undefined : `srcip ${address} is on the allow list, by the entry '${entry}'`;
  },
};
