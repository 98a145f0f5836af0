// The two places where tools keep blocked addresses, read from outside the tools: sets of nftables, sets of ipset.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
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
  // What the monitor says goes to a file, and when it last said something is the file's time: who reads it as it comes takes a processor
  // from the tool that is measured.
  async watch(host) {
    const path = join(host.folder, 'monitor');
    const file = openSync(path, 'w+');
    const monitor = host.start(['nft', 'monitor', 'new', 'elements'], { stdio: ['ignore', file, 'inherit'] });
    const seen = new Set();
    let lastAddedAt = 0;
    let read = 0;
    const look = () => {
      const { size, mtimeMs } = fstatSync(file);
      const bytes = Buffer.alloc(size - read);
      const end = bytes.lastIndexOf('\n', readSync(file, bytes, 0, bytes.length, read) - 1) + 1;
      if (end === 0) return;
      read += end;
      const before = seen.size;
      for (const address of bytes.toString('latin1', 0, end).match(attackerPattern) ?? []) seen.add(address);
      if (seen.size > before) lastAddedAt = now() - (Date.now() - mtimeMs);
    };
    const timer = setInterval(look, 100);
    await pause(200); // until it listens: it does not say so
    return {
      count: () => seen.size,
      lastAddedAt: () => lastAddedAt,
      end: async () => {
        clearInterval(timer);
        await endChild(monitor);
        closeSync(file);
      },
    };
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
