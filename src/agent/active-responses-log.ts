// logs/active-responses.log: what scripts write there themselves and our built-ins say in the same words. // spec active-response §7
import { escapeLogText, logTime } from '../respond/log-line.ts';
import type { Clock, Timer } from '../system/clock.ts';
import type { FileLayer } from '../system/files.ts';

/** Lines of one event. They are made when they are written: the answer to an attack does not wait for them. */
type Lines = () => readonly string[];

interface Event {
  readonly time: string;
  readonly program: string;
  readonly lines: Lines;
}

/** Events written in one turn of the event loop; the alerts in them are long. */
const turnEvents = 64;

/** In a burst the next answer comes first: a line waits for so long. */
const delayMs = 1000;

export class ActiveResponsesLog {
  private readonly files: FileLayer;
  private readonly path: string;
  private readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  private waiting: Event[] = [];
  private timer: Timer | undefined;
  private working: Promise<void> | undefined;
  private lastSecond = -1;
  private lastTime = '';

  constructor(files: FileLayer, path: string, clock: Pick<Clock, 'nowMs' | 'after'>) {
    this.files = files;
    this.path = path;
    this.clock = clock;
  }

  /** Returns at once. A log that cannot be written stops nothing: the journal has what matters. */
  add(program: string, ...texts: readonly string[]): void {
    this.addLater(program, () => texts);
  }

  /** The same, for lines that are long: what they are made of must not change until they are written. */
  addLater(program: string, lines: Lines): void {
    this.waiting.push({ time: this.time(), program, lines });
    if (this.working === undefined) this.timer ??= this.clock.after(delayMs, () => this.begin());
  }

  /** Resolves when everything added has been written. */
  async written(): Promise<void> {
    if (this.waiting.length > 0) this.begin();
    await this.working;
  }

  private begin(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.working ??= this.drain();
  }

  private time(): string {
    const now = this.clock.nowMs();
    const second = Math.floor(now / 1000);
    if (second !== this.lastSecond) {
      this.lastSecond = second;
      this.lastTime = logTime(now);
    }
    return this.lastTime;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      // Others come first.
      await new Promise(setImmediate);
      const text = this.waiting.splice(0, turnEvents).map(formatEvent).join('');
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

function formatEvent({ time, program, lines }: Event): string {
  const head = `${time} ${program}: `;
  return lines()
    .map((line) => `${head}${escapeLogText(line)}\n`)
    .join('');
}
