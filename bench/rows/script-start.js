// From a message in the log to the first instruction of the script that answers it; beside it, in turns, child_process.spawn of the
// same script from a process that is as large. The first instruction writes to a FIFO at whose other end a clock waits.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pause } from '../clock.js';
import { withoutDelay } from '../lab.js';
import { failures, take } from '../lines.js';
import { rssMiB } from '../processes.js';
import { median } from '../statistics.js';
import { withSubjects } from '../subjects.js';
import { riposte } from '../tools/riposte.js';

/**
 * @param {import('../lab.js').Lab} lab
 * @param {{ node: string, count: number }} options
 * @returns {Promise<{ riposteMs: number, spawnMs: number, mebibytes: number }>} medians, and the size of both processes
 */
export async function measureScriptStart(lab, { node, count }) {
  const fifo = join(lab.folder, 'first-instruction');
  spawnSync('mkfifo', ['-m', '600', fifo]);
  const clock = startClock(fifo);
  const script = `#!/bin/sh\necho >${fifo}\ncat >/dev/null\n`;
  try {
    return await withSubjects(lab, [riposte], { node, script }, async ([subject]) => {
      const { host, running, addresses } = subject;
      const spawner = await lab.startProbe(host, 'spawner.js');
      // Both run the script a few times first: code is compiled, files are cached.
      const took = { riposte: [], spawn: [] };
      for (let turn = -5; turn < count; turn += 1) {
        const byRiposte = await clock.next(() => running.append(failures(take(1, addresses), 1)));
        await pause(50);
        const mebibytes = rssMiB(running.mainPid);
        await spawner.ask('grow', { mebibytes });
        const bySpawn = await clock.next(() => spawner.ask('run', { script: running.scriptPath }));
        await pause(50);
        if (turn < 0) continue;
        took.riposte.push(byRiposte);
        took.spawn.push(bySpawn);
      }
      await spawner.end();
      return { riposteMs: median(took.riposte), spawnMs: median(took.spawn), mebibytes: rssMiB(running.mainPid) };
    });
  } finally {
    await clock.end();
  }
}

/** `next` gives the milliseconds from when something was asked for, as it says itself, until the clock saw it. */
function startClock(fifo) {
  const path = fileURLToPath(new URL('../probes/fifo-clock.js', import.meta.url));
  const [program, ...rest] = withoutDelay([process.execPath, path, fifo]);
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const ready = once(lines, 'line');
  return {
    async next(ask) {
      await ready;
      const seen = once(lines, 'line', { signal: AbortSignal.timeout(20_000) });
      const asked = await ask();
      const [line] = await seen;
      return Number(line) - asked;
    },
    end() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      return ended;
    },
  };
}
