// The log that all tools read: what sshd and a busy host write, with the header of a syslog daemon.

/** Failures of one address until it is to be blocked, for every tool: the shipped rules 5712, 5720 and 5763 need eight. */
export const failuresToBlock = 8;
/** Seconds for which every tool blocks: longer than any measurement. */
export const blockSeconds = 7200;

/** 198.18.0.0/15 is set aside for benchmarks (RFC 2544). */
export const attackerNetwork = '198.18.0.0/15';
export const attackerPattern = /\b198\.1[89]\.\d+\.\d+\b/g;
const networkSize = 2 ** 17;

/** Attackers are strewn over the network: neighbours would let a set of ranges keep several as one. Distinct up to 131,072. */
export function attackerAddress(index) {
  const place = (index * 7919 + 1234) % networkSize;
  return `198.${18 + (place >> 16)}.${(place >> 8) & 255}.${place & 255}`;
}

export function* attackers(from = 0) {
  for (let index = from; ; index += 1) yield attackerAddress(index);
}

/** The next `count` of a generator of addresses. */
export function take(count, addresses) {
  return Array.from({ length: count }, () => addresses.next().value);
}

function header() {
  const date = new Date();
  const month = date.toLocaleString('en-US', { month: 'short' });
  return `${month} ${String(date.getDate()).padStart(2)} ${date.toTimeString().slice(0, 8)} host `;
}

const failureOf = (address, pid) => `sshd[${pid}]: Failed password for root from ${address} port 22000 ssh2\n`;

/** `count` failures of each address, one address after the other. */
export function failures(addresses, count) {
  const head = header();
  return addresses.map((address, index) => (head + failureOf(address, 1000 + (index % 9000))).repeat(count)).join('');
}

/** Innocent messages of a busy host. */
const innocent = [
  'CRON[4711]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)\n',
  'systemd[1]: Started session-12.scope - Session 12 of user deploy.\n',
  'kernel: [12345.678901] eth0: link becomes ready\n',
  'sshd[991]: Connection closed by 192.0.2.77 port 50412\n',
];

/**
 * `alerting` lines of ten are failures. A hundred addresses guess at a time, in turns, each one time less than would block it,
 * and then the next hundred come.
 * @param {Iterator<string>} addresses
 */
export function mixture(count, alerting, addresses) {
  const head = header();
  const guessers = 100;
  const tries = failuresToBlock - 1;
  const lines = [];
  let current = [];
  let hits = 0;
  for (let index = 0; index < count; index += 1) {
    if (index % 10 >= alerting) {
      lines.push(head + innocent[index % innocent.length]);
      continue;
    }
    if (hits % (guessers * tries) === 0) current = take(guessers, addresses);
    lines.push(head + failureOf(current[hits % guessers], 1000 + (hits % 9000)));
    hits += 1;
  }
  return { text: lines.join(''), alerts: hits };
}
