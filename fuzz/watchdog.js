// A thread that ends the process where one input takes for ever, and says which: the thread that judges it can say nothing.
import { writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const lookEveryMs = 5000;
/** Many times what the slowest input takes on a busy machine. */
const patienceMs = 120_000;

/** `begin(name)` for each target, and `note(executions)` before each input. */
export function startWatchdog(seed) {
  const counter = new Int32Array(new SharedArrayBuffer(8));
  const names = [];
  const worker = new Worker(new URL(import.meta.url), { workerData: { counter, seed } });
  worker.unref();
  return {
    begin: (name) => {
      worker.postMessage(name);
      names.push(name);
      Atomics.store(counter, 1, names.length);
    },
    note: (executions) => Atomics.store(counter, 0, executions),
  };
}

function watch({ counter, seed }, receive) {
  const names = [];
  let [last, lastTarget, sinceMs] = [-1, 0, performance.now()];
  receive((name) => names.push(name));
  setInterval(() => {
    const [executions, target] = [Atomics.load(counter, 0), Atomics.load(counter, 1)];
    if (executions !== last || target !== lastTarget) sinceMs = performance.now();
    [last, lastTarget] = [executions, target];
    if (performance.now() - sinceMs < patienceMs) return;
    const name = names[target - 1];
    // Written by this thread itself: the usual way goes through the other one.
    writeSync(
      2,
      `${name}: input ${executions} does not end; --only ${name} --seed ${seed} --print ${executions} shows it\n`,
    );
    process.kill(process.pid, 'SIGKILL');
  }, lookEveryMs);
}

if (!isMainThread) {
  const { parentPort } = await import('node:worker_threads');
  watch(workerData, (take) => parentPort.on('message', take));
}
