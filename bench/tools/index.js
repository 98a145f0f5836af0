// The tools, in the order of their columns.
import { fail2banIpset, fail2banNft } from './fail2ban.js';
import { riposte } from './riposte.js';
import { sshguardIpset, sshguardNft } from './sshguard.js';

export { riposte };

/** The others, and whether a whole and a quick run have them without being asked. fail2ban is no faster with ipset. */
export const peers = [
  { tool: sshguardNft, isDefault: true, isQuick: false },
  { tool: sshguardIpset, isDefault: true, isQuick: true },
  { tool: fail2banNft, isDefault: true, isQuick: true },
  { tool: fail2banIpset, isDefault: false, isQuick: false },
];
