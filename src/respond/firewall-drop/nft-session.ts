// A long-lived `nft -i`, the fast way to the kernel: one line, one transaction, under a millisecond.
import type { HelperProcess, Host } from '../contract.ts';

/** `nft -i` writes a history to HOME when its input ends, and would write it to `/` without one. */
const argv = ['env', 'HOME=/dev/null', 'nft', '-i'] as const;

/** It keeps every line in that history: a new process after so many characters. */
const longestLife = 4 * 1024 * 1024;

interface Waiting {
  readonly fence: string;
  readonly settle: (failure: string | undefined) => void;
}

/** Sends one line at a time. Says nothing of the table: what to do about a failure is the caller's. */
export class NftSession {
  readonly #host: Host;
  readonly #fenceTimeoutMs: number;
  #helper: HelperProcess | undefined;
  #waiting: Waiting | undefined;
  #errors = '';
  #written = 0;
  #fences = 0;

  constructor(host: Host, fenceTimeoutMs: number) {
    this.#host = host;
    this.#fenceTimeoutMs = fenceTimeoutMs;
  }

  /**
   * Runs one line and resolves to undefined where it went through, else to what nft said or what became of it; after a failure
   * the line may have been carried out. nft is silent on success, so a word that it rejects follows, whose error marks the end.
   * The caller waits for the answer before the next line.
   */
  send(line: string): Promise<string | undefined> {
    if (this.#written > longestLife) this.stop();
    const helper = this.#helper ?? this.start();
    this.#fences += 1;
    const fence = `riposte-fence-${this.#fences}`;
    return new Promise((resolve) => {
      const timer = this.#host.after(this.#fenceTimeoutMs, () => this.#end('nft -i did not answer in time'));
      const settle = (failure: string | undefined): void => {
        timer.cancel();
        this.#waiting = undefined;
        resolve(failure);
      };
      this.#errors = '';
      this.#waiting = { fence, settle };
      const text = `${line}\n${fence}\n`;
      this.#written += text.length;
      helper.write(text);
    });
  }

  get isRunning(): boolean {
    return this.#helper !== undefined;
  }

  /** Starts the process where it does not run, so that it is warm for the next line. */
  start(): HelperProcess {
    if (this.#helper !== undefined) return this.#helper;
    const helper = this.#host.startHelper(argv);
    this.#helper = helper;
    this.#written = 0;
    helper.onStdout(() => undefined);
    helper.onStderr((chunk) => {
      if (this.#helper === helper) this.#read(chunk);
    });
    helper.onExit((reason) => {
      if (this.#helper === helper) this.#end(reason);
    });
    return helper;
  }

  /** Ends the process. What waits is answered as failed. */
  stop(): void {
    this.#end('nft -i was stopped');
  }

  #end(reason: string): void {
    const said = this.#errors.trim();
    const helper = this.#helper;
    this.#helper = undefined;
    helper?.kill();
    this.#waiting?.settle(said === '' ? reason : `${reason}: ${said}`);
  }

  #read(chunk: string): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#errors += chunk;
    const at = this.#errors.indexOf(waiting.fence);
    if (at < 0) return;
    const failure = beforeFence(this.#errors.slice(0, at));
    waiting.settle(failure === '' ? undefined : failure);
  }
}

/** What nft said before the fence's own error, whose first line stands just above the word. */
function beforeFence(text: string): string {
  const lines = text.split('\n');
  // The last is what stands before the fence on its own line.
  lines.pop();
  if (/syntax error/.test(lines.at(-1) ?? '')) lines.pop();
  // Markers below an echoed line, the last fence's among them, which arrives late.
  return lines
    .filter((line) => /[^\s^~]/.test(line))
    .join('\n')
    .trim();
}
