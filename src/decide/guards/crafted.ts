// Whoever writes the log chooses these values. One with characters that no address or account has is taken for an attack
// on what reads it, and nothing is run with it, whatever the response needs. // spec decisions "Crafted values"
import { readSourceAddress, readTargetUser } from '../alert-fields.ts';
import type { Guard } from './guard.ts';

const plainUser = /^[a-zA-Z._0-9@?-]*$/;
const plainAddress = /^[a-zA-Z.:_0-9-]*$/;

export const craftedGuard: Guard = {
  name: 'crafted',
  check({ facts }) {
    const user = readTargetUser(facts.alert);
    if (user !== undefined && !plainUser.test(user)) return describe('dstuser', 'account name', user);
    const address = readSourceAddress(facts.alert);
    if (address !== undefined && !plainAddress.test(address)) return describe('srcip', 'address or host name', address);
    return undefined;
  },
};

function describe(field: string, kind: string, value: string): string {
  return `${field} has characters that no ${kind} has: ${JSON.stringify(value)}`;
}
