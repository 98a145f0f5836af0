// logs/active-responses.log: what scripts write there themselves and our built-ins say in the same words. // spec active-response §7
import { escapeLogText, logTime } from '../respond/log-line.ts';
import type { FileLayer } from '../system/files.ts';

export class ActiveResponsesLog {
  private readonly files: FileLayer;
  private readonly path: string;
  private readonly nowMs: () => number;
  private waiting: string[] = [];
  private working: Promise<void> | undefined;
  private lastSecond = -1;
  private lastTime = '';

  constructor(files: FileLayer, path: string, nowMs: () => number) {
    this.files = files;
    this.path = path;
    this.nowMs = nowMs;
  }

  /** Returns at once. A log that cannot be written stops nothing: the journal has what matters. */
  add(program: string, ...texts: readonly string[]): void {
    const time = this.time();
    for (const text of texts) this.waiting.push(`${time} ${program}: ${escapeLogText(text)}\n`);
    this.working ??= Promise.resolve().then(() => this.drain());
  }

  /** Resolves when everything added has been written. */
  async written(): Promise<void> {
    await this.working;
  }

  private time(): string {
    const now = this.nowMs();
    const second = Math.floor(now / 1000);
    if (second !== this.lastSecond) {
      this.lastSecond = second;
      this.lastTime = logTime(now);
    }
    return this.lastTime;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const text = this.waiting.join('');
      this.waiting = [];
      await this.write(text).catch(() => undefined);
    }
    this.working = undefined;
  }

  /** Opened each time: the file may have been rotated away. */
  private async write(text: string): Promise<void> {
    const file = await this.files.openAppend(this.path, 0o640);
    try {
      await file.append(text);
    } finally {
      await file.close();
    }
  }
}
