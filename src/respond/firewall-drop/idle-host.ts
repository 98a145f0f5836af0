// A machine that says yes to everything firewall-drop asks of it, and does nothing.
import type { Host, NetfilterSocket } from '../contract.ts';
import { chainName, chainPriority, sets } from './nft-layout.ts';

const headerSize = 16;
const acknowledge = 0x4;

/** Says yes to every message that asks for an answer. */
function openNetfilter(): NetfilterSocket {
  return {
    exchange(messages) {
      const codes: number[] = [];
      const view = new DataView(messages.buffer, messages.byteOffset, messages.byteLength);
      for (let at = 0; at + headerSize <= messages.length; at += view.getUint32(at, true)) {
        if ((view.getUint16(at + 6, true) & acknowledge) !== 0) codes.push(0);
      }
      return codes;
    },
    close: () => undefined,
  };
}

/** As `nft -j list table` says it of a table of ours in which nothing is. */
const soundTable = {
  nftables: [
    { table: {} },
    { chain: { name: chainName, hook: 'prerouting', prio: chainPriority } },
    ...sets.map(({ name, type }) => ({ set: { name, type } })),
    ...sets.map(({ name, protocol }, at) => ({
      rule: {
        chain: chainName,
        handle: at + 1,
        expr: [
          { match: { op: '==', left: { payload: { protocol, field: 'saddr' } }, right: `@${name}` } },
          { drop: null },
        ],
      },
    })),
  ],
};

export const idleHost: Host = {
  run: async (argv) => {
    const stdout = argv.includes('list') ? JSON.stringify(soundTable) : '';
    return { status: 0, signal: null, stdout, stderr: '', timedOut: false, error: undefined };
  },
  post: async () => 200,
  openNetfilter,
  readFile: async () => undefined,
  changeFile: async () => undefined,
  after: () => ({ cancel: () => undefined }),
};
