// What an innocent client notices of many blocks: a connection with a word and its answer, to a host where the tool has them in
// force and to one where the same tool has none, in turns.
import { median } from '../statistics.js';

const port = 22;

/**
 * @param {import('../lab.js').Lab} lab
 * @param {{ filled: import('../subjects.js').Subject, empty: import('../subjects.js').Subject, rounds: number }} pair
 * @returns {Promise<{ filledMs: number, emptyMs: number }>} medians
 */
export async function measureInnocent(lab, { filled, empty, rounds }) {
  const client = await lab.startProbe(lab.outside, 'innocent-client.js');
  const servers = [];
  for (const { host } of [filled, empty]) {
    const server = await lab.startProbe(host, 'echo-server.js');
    await server.ask('listen', { port });
    servers.push(server);
  }
  const between = { first: { address: filled.host.address, port }, second: { address: empty.host.address, port } };
  await client.ask('visit', { ...between, rounds: Math.ceil(rounds / 10) }); // first visits compile code and fill caches
  const took = await client.ask('visit', { ...between, rounds });
  for (const probe of [client, ...servers]) await probe.end();
  return { filledMs: median(took.first), emptyMs: median(took.second) };
}
