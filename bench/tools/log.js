// The log that a tool reads, as a syslog daemon writes it: kept open, each write at its end.
import { openSync, writeSync } from 'node:fs';
import { now } from '../clock.js';

/** Makes the log; what is returned appends to it and gives the time just before its last write(2). */
export function appendTo(path) {
  const file = openSync(path, 'a', 0o640);
  return (text) => {
    const bytes = Buffer.from(text);
    let before = now();
    for (let at = 0; at < bytes.length; ) {
      before = now();
      at += writeSync(file, bytes, at);
    }
    return before;
  };
}
