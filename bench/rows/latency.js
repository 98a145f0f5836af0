// From the last log line to the attacker's dropped packets. The attacker sends a packet every 0.2 ms or so; what gets past the tool
// is counted in the kernel, so that nobody has to wake for it. The first packet that did not get past was sent when the block
// was in force. Tools take turns.
import { now, pause } from '../clock.js';
import { failures, failuresToBlock } from '../lines.js';

const port = 22;
const limitMs = 30_000;
/** Packets sent in vain after which an attacker counts as blocked. */
const silence = 100;

/** Behind every chain of the tools; what it counted goes no further. */
const counterTable = `table inet bench {
  counter arrived { }
  chain count { type filter hook input priority 1000; udp dport ${port} counter name arrived drop; }
}`;

/**
 * For each attacker `tookMs`, and `gapMs`, by which that may be too much; undefined for one that was not blocked in 30 s.
 * @param {import('../lab.js').Lab} lab
 * @param {import('../subjects.js').Subject[]} subjects
 * @param {{ count: number }} options attackers for each tool
 * @returns {Promise<Map<string, ({ tookMs: number, gapMs: number } | undefined)[]>>} by the tool's id
 */
export async function measureLatency(lab, subjects, { count }) {
  const sender = await lab.startProbe(lab.outside, 'stream-sender.js', { isClock: true });
  for (const { host } of subjects) host.run(['nft', '-f', '-'], counterTable);
  const found = new Map(subjects.map(({ tool }) => [tool.id, []]));
  for (let turn = 0; turn < count; turn += 1)
    for (const subject of subjects) found.get(subject.tool.id).push(await attack(subject, sender));
  for (const { host } of subjects) host.run(['nft', 'delete', 'table', 'inet', 'bench']);
  await sender.end();
  return found;
}

async function attack({ host, running, addresses }, sender) {
  const from = addresses.next().value;
  const before = countArrived(host);
  running.append(failures([from], failuresToBlock - 1));
  await pause(200);
  await sender.ask('start', { from, to: host.address, port });
  // Not always at the same point of a tool's own rhythm.
  await pause(30 + Math.random() * 100);
  const written = await sender.ask('append', { log: running.log, text: failures([from], 1) });
  const arrived = await waitForSilence(host, sender, before);
  const dropped = arrived === undefined ? undefined : await sender.ask('sentAt', { number: arrived + 1 });
  await sender.ask('stop');
  return dropped === undefined ? undefined : { tookMs: dropped.at - written, gapMs: dropped.at - dropped.before };
}

const countArrived = (host) =>
  Number(/packets (\d+)/.exec(host.run(['nft', 'list', 'counter', 'inet', 'bench', 'arrived']))?.[1]);

/** How many packets of the stream arrived; undefined where they still do. */
async function waitForSilence(host, sender, before) {
  const end = now() + limitMs;
  // To look takes some milliseconds of a processor: seldom, where a tool takes long.
  for (let waitMs = 40; now() < end; waitMs = Math.min(waitMs * 1.5, 300)) {
    await pause(waitMs);
    const arrived = countArrived(host) - before;
    if (arrived > 0 && (await sender.ask('count')) - arrived >= silence) return countArrived(host) - before;
  }
  return undefined;
}
