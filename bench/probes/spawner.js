// A process of a given size that starts a script by child_process.spawn, as a service written for Node usually does.
import { spawn } from 'node:child_process';
import { now } from '../clock.js';
import { rssMiB } from '../processes.js';
import { answer } from './answer.js';

const ballast = [];

answer({
  /** Takes memory until the resident set is as large. */
  grow: ({ mebibytes }) => {
    while (rssMiB(process.pid) < mebibytes) ballast.push(Buffer.alloc(1 << 20, 1));
    return rssMiB(process.pid);
  },
  /** Runs the script to its end; when it was asked for. */
  run: ({ script }) =>
    new Promise((resolve, reject) => {
      const at = now();
      const child = spawn(script, ['add'], { stdio: ['pipe', 'pipe', 'pipe'] });
      child.on('error', reject);
      child.stdin.on('error', () => undefined).end('{}\n');
      child.on('close', () => resolve(at));
    }),
});
