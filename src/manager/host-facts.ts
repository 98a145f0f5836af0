// What must not be acted upon on this host, as the host tells it.
import type { ProtectedAddress } from '../decide/never-block.ts';
import { readAccounts, readGateways, readOwnAddresses, readOwnUserId, readResolvers } from '../system/environment.ts';
import type { ProtectedAccount } from './protection.ts';

export function readHostAddresses(): readonly ProtectedAddress[] {
  return [
    ...readOwnAddresses().map((address) => ({ address, reason: "it is one of this host's own addresses" })),
    ...readGateways().map((address) => ({ address, reason: 'it is a gateway of this host' })),
    ...readResolvers().map((address) => ({ address, reason: 'it is a name server of this host' })),
  ];
}

export function readHostAccounts(): readonly ProtectedAccount[] {
  const own = readOwnUserId();
  return readAccounts().flatMap(({ name, uid }) => {
    if (uid === 0) return [{ name, reason: 'it has user id 0' }];
    return uid === own ? [{ name, reason: 'this service runs under it' }] : [];
  });
}
