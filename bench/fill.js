// Brings many blocks in force: by the tool's own means as long as there is time, then straight into the tool's set.
import { now, until } from './clock.js';
import { take } from './lines.js';

/**
 * @param {import('./subjects.js').Subject} subject
 * @param {{ count: number, limitMs: number }} options
 * @returns {Promise<{ own: number, seconds: number, inForce: number }>} how many came by the tool's own means, and in what time
 */
export async function fill({ host, running, addresses }, { count, limitMs }) {
  const started = now();
  const { firewall, set, chunk } = running;
  const all = take(count, addresses);
  let own = 0;
  // In pieces, each waited for: what waits in a queue of the tool would be done while rows are measured.
  while (own < count && (set === undefined || now() - started < limitMs)) {
    const piece = all.slice(own, own + chunk);
    await running.block(piece);
    const isThere = () => firewall.list(host).size >= own + piece.length;
    if (!(await until(isThere, { everyMs: 300, limitMs: 120_000 })))
      throw new Error(`${host.name}: blocks did not come`);
    own += piece.length;
  }
  const seconds = (now() - started) / 1000;
  if (own < count) firewall.add(host, set, all.slice(own));
  return { own, seconds, inForce: firewall.list(host).size };
}
