// Messages for the warm-up, as a followed log gives them: whatever differs in how they come to be, the engine compiles other code for.
import type { LogMessage } from '../source/message.ts';
import { LineSplitter } from '../source/split-lines.ts';
import { fileNumber } from '../source/tail/fingerprint.ts';

/** Enough for the compiler to take notice. */
const loners = 250;
const crowds = 8;
/** As many as fill one read of a log. */
const crowdSize = 90;
const failures = 8;
const location = 'warm-up';
/** An hour passes, more than once. */
const pauseMs = 60_000;
/** Offsets of the second round are those of a file of more than 4 GiB: numbers of another kind. */
const roundOffset = 2 ** 32;

/** One attacker after the other, and then crowds: each takes ways through the code that the other does not. */
export function* groupAttacks(round: number, nowMs: number): Generator<LogMessage[]> {
  const addresses = nobodysAddresses();
  let timeMs = nowMs;
  let offset = round * roundOffset;
  for (let group = 0; group < loners + crowds; group += 1) {
    const size = group < loners ? 1 : crowdSize;
    const attackers = Array.from({ length: size }, () => addresses.next().value);
    const bytes = Buffer.from(attackers.map(attackOf).join(''));
    yield readLog(bytes, offset, timeMs);
    offset += bytes.length;
    timeMs += pauseMs;
  }
}

/** Of 240.0.0.0/4, reserved since RFC 1112. */
function* nobodysAddresses(): Generator<string, never> {
  for (let number = 0; ; number += 1) yield `240.0.${(number >> 8) & 255}.${number & 255}`;
}

function attackOf(address: string, index: number): string {
  const head = 'Jan  1 00:00:00 host';
  const failure = `${head} sshd[1]: Failed password for root from ${address} port ${1024 + index} ssh2\n`;
  return [
    `${head} CRON[1]: (root) CMD (true)\n`,
    `${head} sshd[1]: Invalid user u${index} from ${address} port 1\n`,
    failure.repeat(failures),
  ].join('');
}

function readLog(bytes: Buffer, start: number, timeMs: number): LogMessage[] {
  const number = fileNumber(location, 0, 0, bytes);
  const messages: LogMessage[] = [];
  new LineSplitter(start).push(bytes, (line, offset) => {
    messages.push({ id: `${number}.${offset}`, location, text: line, timeMs });
  });
  return messages;
}
