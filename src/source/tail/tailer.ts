// Follows a log file through renaming, emptying, deletion and restarts, and loses no line of it.
import { errorText } from '../../alert/error-text.ts';
import type { Clock, Timer } from '../../system/clock.ts';
import { eventTimeOf } from '../event-time.ts';
import type { LogMessage } from '../message.ts';
import type { Source, SourceHandlers, SourcePosition, SourceTrouble } from '../source.ts';
import { longestLine } from '../split-lines.ts';
import { headLength } from './fingerprint.ts';
import { FollowedFiles } from './followed-files.ts';
import type { OpenLog } from './open-log.ts';
import { parseTailPosition, toSourcePosition } from './position.ts';
import { FolderWatch } from './watch.ts';

/** Bytes read at a time: so few that responses to the first lines of a burst are under way before its last is read. */
const turnBytes = 65_536;
/** A read begins with bytes that are known, to see that they are still there. */
const bufferBytes = turnBytes + headLength;
/** With inotify this only makes sure; without, it is how changes are noticed. */
const safetyPollMs = 1_000;
const fastPollMs = 250;

export interface TailOptions {
  /** Absolute. */
  readonly path: string;
  /** What `position()` said at the last checkpoint; undefined for a file never seen before, which is then read from its end. */
  readonly position?: SourcePosition | undefined;
  readonly clock: Clock;
}

/**
 * A source over one file. Lines that appear while it runs get their arrival as time; those found behind a saved position get their own (eventTimeOf).
 * Empty lines are no messages. A missing file or folder is waited for: what is created later is read from its start.
 */
export function createTailSource(options: TailOptions, handlers: SourceHandlers<LogMessage>): Source {
  return new Tailer(options, handlers);
}

class Tailer implements Source {
  readonly location: string;
  private readonly clock: Clock;
  private readonly handlers: SourceHandlers<LogMessage>;
  private readonly saved: SourcePosition | undefined;
  private readonly files: FollowedFiles;
  private readonly folder: FolderWatch;
  private readonly buffer = Buffer.allocUnsafeSlow(bufferBytes);
  private consumed: () => SourcePosition;
  private opened = false;
  private pathDirty = false;
  private pumping = false;
  private wokenMeanwhile = false;
  private stopping = false;
  private timer: Timer | undefined;
  private believedMs: number | undefined;
  private told = '';
  private whenIdle: (() => void)[] = [];

  constructor(options: TailOptions, handlers: SourceHandlers<LogMessage>) {
    this.location = options.path;
    this.clock = options.clock;
    this.handlers = handlers;
    this.saved = options.position;
    const position = options.position ?? null;
    this.consumed = () => position;
    this.files = new FollowedFiles(options.path, () => this.wake());
    this.folder = new FolderWatch(options.path, () => this.wakeForPath());
  }

  start(): void {
    this.poll();
  }

  async finish(): Promise<void> {
    this.wakeForPath();
    await this.untilIdle();
    await this.stop();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.timer?.cancel();
    this.folder.close();
    await this.untilIdle();
    this.files.close();
  }

  private async untilIdle(): Promise<void> {
    if (this.pumping) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  position(): SourcePosition {
    return this.consumed();
  }

  private poll(): void {
    if (this.stopping) return;
    const folderWatched = this.folder.renew();
    this.wakeForPath();
    const watched = folderWatched && this.opened && this.files.isWatched;
    this.timer = this.clock.after(watched ? safetyPollMs : fastPollMs, () => this.poll());
  }

  private wakeForPath(): void {
    this.pathDirty = true;
    this.wake();
  }

  private wake(): void {
    this.wokenMeanwhile = true;
    if (this.pumping || this.stopping) return;
    this.pumping = true;
    this.pump();
  }

  /** Reads and hands on until there is nothing more. Runs at once when woken: every turn of the event loop would be felt as latency. */
  private pump(): void {
    while (!this.stopping) {
      const batch = this.nextBatch();
      if (batch.messages.length === 0) break;
      const after = this.positionNow();
      let consumption: void | Promise<void>;
      try {
        consumption = this.handlers.onBatch(batch.messages, after);
      } catch (error) {
        this.fail(error);
        return;
      }
      if (consumption instanceof Promise) {
        consumption.then(
          () => this.goOn(after, batch.full),
          (error: unknown) => this.fail(error),
        );
        return;
      }
      this.consumed = after;
      if (batch.full) {
        // Others want the event loop too.
        setImmediate(() => this.pump());
        return;
      }
    }
    this.idle();
  }

  private goOn(after: () => SourcePosition, full: boolean): void {
    this.consumed = after;
    if (full) setImmediate(() => this.pump());
    else this.pump();
  }

  private positionNow(): () => SourcePosition {
    const position = this.files.position();
    return () => toSourcePosition(position());
  }

  private idle(): void {
    this.pumping = false;
    for (const resolve of this.whenIdle.splice(0)) resolve();
  }

  /** The batch counts as not read: its position is never reached. */
  private fail(error: unknown): void {
    this.stopping = true;
    this.timer?.cancel();
    this.folder.close();
    this.idle();
    this.files.close();
    this.tell('consumer', `stopped: what reads it failed: ${errorText(error)}`);
  }

  /** Empty where all files have been read to their ends, or cannot be read now. */
  private nextBatch(): { messages: LogMessage[]; full: boolean } {
    try {
      if (!this.opened) this.openOrClose();
      return this.readBatch();
    } catch (error) {
      this.tellOnce('unreadable', `cannot be read: ${errorText(error)}; tried again`);
      return { messages: [], full: false };
    }
  }

  private openOrClose(): void {
    try {
      this.open();
    } catch (error) {
      // Otherwise the next attempt would follow twice what this one had opened.
      this.files.close();
      throw error;
    }
  }

  private open(): void {
    const ticks = this.clock.ticksMs();
    const saved = parseTailPosition(this.saved, this.location);
    if (saved === undefined && this.saved !== undefined && this.saved !== null) {
      this.tellOnce('lost', 'the saved position cannot be read: the file is read from its end');
    }
    if (saved === undefined) this.files.openAtEnd(ticks);
    else if (this.files.resume(saved, ticks)) {
      this.tell('lost', 'the file that was being read is gone: lines added to it after that were not seen');
    }
    this.opened = true;
    this.told = '';
    if (this.consumed() === null) this.consumed = this.positionNow();
  }

  private readBatch(): { messages: LogMessage[]; full: boolean } {
    do {
      this.wokenMeanwhile = false;
      if (!this.files.isCheckedByRead) this.files.lookForTruncation(this.clock.ticksMs());
      for (const log of this.files.logs()) {
        const batch = this.readLog(log);
        if (batch !== undefined) return batch;
      }
      // After the lines, for which somebody waits.
      if (this.files.lookForTruncation(this.clock.ticksMs())) this.wokenMeanwhile = true;
      this.files.closeQuiet(this.clock.ticksMs());
      if (this.pathDirty) {
        this.pathDirty = false;
        const before = this.files.logs().length;
        this.files.lookAtPath(this.clock.ticksMs());
        if (this.files.logs().length !== before) this.wokenMeanwhile = true;
      }
    } while (this.wokenMeanwhile);
    return { messages: [], full: false };
  }

  /** Undefined at the end of the file. */
  private readLog(log: OpenLog): { messages: LogMessage[]; full: boolean } | undefined {
    const messages: LogMessage[] = [];
    const nowMs = this.clock.nowMs();
    const take = (text: string, offset: number, cut: boolean): void => {
      if (cut)
        this.tell('line_too_long', `a line at byte ${offset} is longer than ${longestLine} bytes and was cut there`);
      if (text === '') return;
      const timeMs = offset < log.backlogEnd ? this.ownTimeOf(text, log, nowMs) : nowMs;
      messages.push({ id: `${log.number}.${offset}`, location: this.location, text, timeMs });
    };
    for (;;) {
      const count = log.read(this.buffer, take);
      if (count === 0) return undefined;
      log.grewAtMs = this.clock.ticksMs();
      if (messages.length > 0) return { messages, full: count >= turnBytes };
    }
  }

  private ownTimeOf(text: string, log: OpenLog, nowMs: number): number {
    const time = eventTimeOf(text, { nowMs, fileMtimeMs: log.openedMtimeMs, previousMs: this.believedMs });
    this.believedMs = time.believedMs;
    return time.timeMs;
  }

  private tell(kind: SourceTrouble['kind'], message: string): void {
    this.handlers.onTrouble({ location: this.location, kind, message: `${this.location}: ${message}` });
  }

  private tellOnce(kind: SourceTrouble['kind'], message: string): void {
    if (this.told === message) return;
    this.told = message;
    this.tell(kind, message);
  }
}
