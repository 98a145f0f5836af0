// Log lines per CPU second, of all processes of a tool, with blocking on. The last lines are one attacker's: when he is blocked,
// everything before has been read and dealt with.
import { pause, until } from '../clock.js';
import { attackerAddress, attackers, failures, failuresToBlock, mixture } from '../lines.js';
import { cpuSeconds } from '../processes.js';

const piece = 1 << 20;

/**
 * @param {import('../subjects.js').Subject} subject
 * @param {{ lines: number, alerting: number }} options `alerting` of ten lines are failures
 * @returns {Promise<{ perCpuSecond: number, alerts?: { written: number, expected: number } }>}
 */
export async function measureThroughput({ host, running }, { lines, alerting }) {
  const guessers = attackers(100);
  // A service runs for months: what its first lines cost is not what its lines cost.
  const warmUp = mixture(lines / 10, alerting, guessers);
  const measured = mixture(lines, alerting, guessers);
  const alertsBefore = warmUp.alerts + failuresToBlock;
  await feed({ host, running }, warmUp.text, attackerAddress(0));
  const before = cpuSeconds(host.processes());
  await feed({ host, running }, measured.text, attackerAddress(1));
  const used = cpuSeconds(host.processes()) - before;
  const expected = alertsBefore + measured.alerts + failuresToBlock;
  return {
    perCpuSecond: (lines + failuresToBlock) / used,
    ...(running.countAlerts && { alerts: { written: running.countAlerts(), expected } }),
  };
}

async function feed({ host, running }, text, last) {
  for (let at = 0; at < text.length; at += piece) {
    running.append(text.slice(at, at + piece));
    await pause(1);
  }
  running.append(failures([last], failuresToBlock));
  const isBlocked = () => running.firewall.list(host).has(last);
  if (!(await until(isBlocked, { everyMs: 100, limitMs: 180_000 })))
    throw new Error(`${host.name}: the log was not read to its end`);
  await pause(1500); // what is written after the block
}
