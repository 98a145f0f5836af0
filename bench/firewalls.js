// The two places where tools keep blocked addresses, read from outside the tools: sets of nftables, sets of ipset.
import { now, pause } from './clock.js';
import { attackerPattern } from './lines.js';

/** @typedef {import('./lab.js').Host} Host */

/**
 * @typedef {object} Firewall
 * @property {(host: Host) => Set<string>} list attackers in the kernel's sets
 * @property {(host: Host) => Promise<{ count(): number, lastAddedAt(): number, end(): Promise<void> }>} watch
 *   sees attackers as they are added, and when
 * @property {(host: Host, set: string, addresses: string[]) => void} add puts addresses into a tool's set, past the tool
 */

const listNft = (host) => new Set(host.run(['nft', 'list', 'ruleset']).match(attackerPattern));

/** @type {Firewall} */
export const nft = {
  list: listNft,
  async watch(host) {
    const seen = new Set();
    let lastAddedAt = 0;
    let rest = '';
    const monitor = host.start(['nft', 'monitor', 'new', 'elements'], { stdio: ['ignore', 'pipe', 'inherit'] });
    monitor.stdout.setEncoding('latin1').on('data', (chunk) => {
      const at = now();
      const before = seen.size;
      const lines = rest + chunk;
      const end = lines.lastIndexOf('\n') + 1;
      rest = lines.slice(end);
      for (const address of lines.slice(0, end).match(attackerPattern) ?? []) seen.add(address);
      if (seen.size > before) lastAddedAt = at;
    });
    await pause(200); // until it listens: it does not say so
    return { count: () => seen.size, lastAddedAt: () => lastAddedAt, end: () => endChild(monitor) };
  },
  add(host, set, addresses) {
    host.run(['nft', '-f', '-'], `add element ${set} { ${addresses.join(', ')} }\n`);
  },
};

/** @type {Firewall} */
export const ipset = {
  list: (host) => new Set(host.run(['ipset', 'list']).match(attackerPattern)),
  // The kernel tells nobody of changes to an ipset: the number of its entries is asked for ten times a second.
  async watch(host) {
    const entries = () =>
      [...host.run(['ipset', 'list', '-terse']).matchAll(/^Number of entries: (\d+)/gm)].reduce(
        (total, [, count]) => total + Number(count),
        0,
      );
    const start = entries();
    let [count, lastAddedAt] = [0, 0];
    const timer = setInterval(() => {
      const more = entries() - start;
      if (more > count) lastAddedAt = now();
      count = Math.max(count, more);
    }, 100);
    return { count: () => count, lastAddedAt: () => lastAddedAt, end: async () => clearInterval(timer) };
  },
  add(host, set, addresses) {
    host.run(['ipset', 'restore'], addresses.map((address) => `add ${set} ${address} -exist\n`).join(''));
  },
};

function endChild(child) {
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGKILL');
  return ended;
}
