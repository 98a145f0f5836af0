// Says when something came through a FIFO: a script whose first instruction writes there tells when it began.
import { openSync, readSync, writeSync } from 'node:fs';
import { now } from '../clock.js';

// Opened for writing too, so that the end of one writer is not the end of all.
const fifo = openSync(process.argv[2], 'r+');
const buffer = Buffer.alloc(64);
writeSync(1, 'ready\n');
for (;;) {
  readSync(fifo, buffer);
  writeSync(1, `${now()}\n`);
}
