// An attacker: it sends a UDP packet about every 0.2 ms and knows when it sent each. The log line that is to stop it is written by
// the same process, so that both times are of one clock that nothing else delays.
import { createSocket } from 'node:dgram';
import { now } from '../clock.js';
import { appendTo } from '../tools/log.js';
import { answer } from './answer.js';

const gapMs = 0.12; // to which the timer's slack and the sending itself add up
const quietMs = 40;
const most = 1 << 18;
const cell = new Int32Array(new SharedArrayBuffer(4));
const packet = Buffer.alloc(32);
const sentAt = new Float64Array(most);
const logs = new Map();
let socket;
let count = 0;

function step() {
  if (socket === undefined || count + 1 >= most) return;
  // A timer of Node's has steps of a whole millisecond.
  Atomics.wait(cell, 0, 0, gapMs);
  count += 1;
  sentAt[count] = now();
  socket.send(packet); // a connected socket sends at once
  setImmediate(step);
}

answer({
  start: ({ from, to, port }) =>
    new Promise((resolve) => {
      const opened = createSocket('udp4');
      opened.on('error', () => undefined); // a firewall that refuses instead of dropping says so
      opened.bind(0, from, () =>
        opened.connect(port, to, () => {
          socket = opened;
          count = 0;
          step();
          resolve(true);
        }),
      );
    }),
  /** Appends to a log; when. Says so only later: who is told wakes, and would take the processor that the tool needs now. */
  append: ({ log, text }) => {
    if (!logs.has(log)) logs.set(log, appendTo(log));
    const written = logs.get(log)(text);
    return new Promise((resolve) => setTimeout(() => resolve(written), quietMs));
  },
  /** Packets sent so far. */
  count: () => count,
  /** When a packet was sent, and the one before. */
  sentAt: ({ number }) => ({ at: sentAt[number], before: sentAt[number - 1] }),
  stop: () => {
    socket?.close();
    socket = undefined;
  },
});
