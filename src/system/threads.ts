// Threads of this process, from both of their ends. Messages are copied.
import { parentPort, Worker } from 'node:worker_threads';

export interface Thread {
  post(message: unknown): void;
  /** Ends it at once and resolves when it is gone. */
  end(): Promise<void>;
}

export interface ThreadHandlers {
  onMessage(message: unknown): void;
  /** Called once when it is gone, whatever the reason was. Nothing follows. */
  onEnd(reason: string): void;
}

/** Runs a file of ours in a thread of its own. It keeps the process alive until it ends. */
export function startThread(file: URL, { onMessage, onEnd }: ThreadHandlers): Thread {
  const worker = new Worker(file);
  let reason: string | undefined;
  worker.on('message', onMessage);
  worker.on('error', (error: unknown) => {
    reason = error instanceof Error ? error.message : String(error);
  });
  worker.on('exit', (status) => {
    worker.removeListener('message', onMessage);
    onEnd(reason ?? `status ${status}`);
  });
  return {
    post: (message) => worker.postMessage(message),
    async end() {
      await worker.terminate();
    },
  };
}

export interface ThreadPort {
  post(message: unknown): void;
  /** Resolves when messages that have come meanwhile are dealt with. */
  readonly turn: () => Promise<void>;
  /** Monotonic, for durations only; ms with fractions. */
  ticksMs(): number;
}

/** For the file that runs in the thread: answers messages, one after the other. Throws outside of a thread. */
export function listenInThread(onMessage: (message: unknown, port: ThreadPort) => void): void {
  const port = parentPort;
  if (port === null) throw new Error('this file is run in a thread only');
  const own: ThreadPort = {
    post: (message) => port.postMessage(message),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    ticksMs: () => performance.now(),
  };
  port.on('message', (message: unknown) => onMessage(message, own));
}
