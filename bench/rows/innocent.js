// What an innocent client notices of many blocks: a connection with a word and its answer, to a host where the tool has them in
// force and to one where the same tool has none, in turns.
import { setTimeout } from 'node:timers/promises';
import { median } from '../statistics.js';

const port = 22;
/** Visits to each that are compared with each other: what else the machine does changes between, hardly within them. */
const stretch = 100;
/** It takes seconds; whatever holds it up would make the figure worthless. */
const limitMs = 120_000;

/**
 * @param {import('../lab.js').Lab} lab
 * @param {{ filled: import('../subjects.js').Subject, empty: import('../subjects.js').Subject, rounds: number }} pair
 * @returns {Promise<{ filledMs: number, emptyMs: number, ratio: number }>} medians; the ratio is that of all stretches
 */
export async function measureInnocent(lab, { filled, empty, rounds }) {
  const client = await lab.startProbe(lab.outside, 'innocent-client.js', { isClock: true });
  const servers = [];
  for (const { host } of [filled, empty]) {
    const server = await lab.startProbe(host, 'echo-server.js', { isClock: true });
    await server.ask('listen', { port });
    servers.push(server);
  }
  const between = { first: { address: filled.host.address, port }, second: { address: empty.host.address, port } };
  const visit = async () => {
    await client.ask('visit', { ...between, rounds: Math.ceil(rounds / 10) }); // first visits compile code and fill caches
    return await client.ask('visit', { ...between, rounds });
  };
  const took = await withinLimit(visit()).finally(() => Promise.all([client, ...servers].map((probe) => probe.end())));
  const ratios = [];
  for (let at = 0; at + stretch <= rounds; at += stretch)
    ratios.push(median(took.first.slice(at, at + stretch)) / median(took.second.slice(at, at + stretch)));
  return { filledMs: median(took.first), emptyMs: median(took.second), ratio: median(ratios) };
}

async function withinLimit(work) {
  const limit = new AbortController();
  const late = async () => {
    await setTimeout(limitMs, undefined, { signal: limit.signal });
    throw new Error(`innocent clients were not done after ${limitMs / 1000} s`);
  };
  try {
    return await Promise.race([work, late()]);
  } finally {
    limit.abort();
  }
}
