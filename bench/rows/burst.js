// A burst: many attackers' failures in one piece of the log, one tool at a time. The time runs from the last write until the last
// of them is in the kernel's set; what is missing at the end was lost, or had not come in time.
import { now, pause } from '../clock.js';
import { failures, failuresToBlock, take } from '../lines.js';

/**
 * @param {import('../subjects.js').Subject} subject
 * @param {{ count: number, limitMs: number }} options
 * @returns {Promise<{ seconds: number, blocked: number, count: number, isLate: boolean }>} `seconds` until the last that was blocked;
 *   late: the time was up, not the tool at rest
 */
export async function measureBurst({ host, running, addresses }, { count, limitMs }) {
  const burst = take(count, addresses);
  const text = failures(burst, failuresToBlock);
  const watch = await running.firewall.watch(host);
  running.append(text);
  const written = now();
  let isLate = false;
  while (watch.count() < count) {
    const quietMs = now() - Math.max(written, watch.lastAddedAt());
    isLate = now() - written > limitMs;
    // Half a minute without another one: what is missing is lost.
    if (isLate || quietMs > 30_000) break;
    await pause(50);
  }
  const lastAddedAt = watch.lastAddedAt();
  await watch.end();
  const listed = running.firewall.list(host);
  const blocked = burst.filter((address) => listed.has(address)).length;
  return { seconds: (lastAddedAt - written) / 1000, blocked, count, isLate };
}
