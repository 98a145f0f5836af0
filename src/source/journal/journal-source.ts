// systemd's journal as a source: what journalctl tells, entry by entry, and whom to believe of it. // semantics "journald"
import type { Readable } from 'node:stream';
import { errorText } from '../../alert/error-text.ts';
import { escapeControls } from '../../alert/escape.ts';
import type { Clock, Timer } from '../../system/clock.ts';
import type { LogMessage } from '../message.ts';
import type { Source, SourceHandlers, SourcePosition, SourceTrouble } from '../source.ts';
import { numberOf } from '../source-number.ts';
import type { BelieveOptions } from './believe.ts';
import { type JournalEntry, parseEntry } from './entry.ts';
import { journalLocation, type ReadEntry, toMessage } from './message.ts';
import { isCursor, parseJournalPosition, toSourcePosition } from './position.ts';

/** journalctl at work. */
export interface JournalReader {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when it has ended, with a text for a person. */
  readonly ended: Promise<string>;
  end(): void;
}

export interface JournalSourceOptions extends BelieveOptions {
  readonly position?: SourcePosition | undefined;
  readonly clock: Clock;
  /** Starts journalctl with these arguments, or gives the reason why it cannot be started. */
  readonly startReader: (args: readonly string[]) => JournalReader | string;
  /** Fields that `isWanted` asks for. */
  readonly wantedFields: readonly string[];
  readonly isWanted: (entry: JournalEntry) => boolean;
}

/** What is asked for in each entry. */
const fields = [
  'MESSAGE',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_PID',
  '_COMM',
  '_HOSTNAME',
  '_PID',
  '_SYSTEMD_UNIT',
  '_TRANSPORT',
  '_UID',
];

/** A message is longer only where its sender means harm. */
const longestEntry = 8 * 1024 * 1024;
const retryMs = 1000;
const longestRetryMs = 60_000;
const newline = 0x0a;

/** `finish` and `stop` leave what journalctl has not printed yet to the next start. */
export function createJournalSource(options: JournalSourceOptions, handlers: SourceHandlers<LogMessage>): Source {
  return new JournalSource(options, handlers);
}

class JournalSource implements Source {
  readonly location = journalLocation;
  private readonly options: JournalSourceOptions;
  private readonly handlers: SourceHandlers<LogMessage>;
  /** Undefined: where the journal ends is not known yet. */
  private cursor: string | null | undefined;
  private reader: JournalReader | undefined;
  private timer: Timer | undefined;
  private isStopping = false;
  private hasFailed = false;
  private running: Promise<void> = Promise.resolve();
  private waitMs = retryMs;
  private complaint: string | undefined;
  private readonly doubts = new Map<string, number>();
  private readonly numbers = new Map<string, string>();
  private startedMs = 0;

  constructor(options: JournalSourceOptions, handlers: SourceHandlers<LogMessage>) {
    this.options = options;
    this.handlers = handlers;
    this.cursor = parseJournalPosition(options.position)?.cursor;
  }

  start(): void {
    this.startedMs = this.options.clock.nowMs();
    this.running = this.run();
  }

  finish(): Promise<void> {
    return this.stop();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.timer?.cancel();
    this.reader?.end();
    await this.running;
  }

  position(): SourcePosition {
    return this.cursor === undefined ? null : toSourcePosition({ cursor: this.cursor });
  }

  private async run(): Promise<void> {
    const reason = this.cursor === undefined ? await this.findEnd() : undefined;
    if (!this.isStopping && reason === undefined) await this.follow();
    else if (reason !== undefined) this.complain(reason);
    if (this.isStopping || this.hasFailed) return;
    this.timer = this.options.clock.after(this.waitMs, () => {
      this.running = this.run();
    });
    this.waitMs = Math.min(this.waitMs * 2, longestRetryMs);
  }

  /** What was there before the first start is not read. Gives the reason where that cannot be found out. */
  private async findEnd(): Promise<string | undefined> {
    const reader = this.options.startReader(['--lines=0', '--show-cursor']);
    if (typeof reader === 'string') return reader;
    this.reader = reader;
    const [out, , ended] = await Promise.all([readText(reader.stdout), readText(reader.stderr), reader.ended]);
    this.reader = undefined;
    const cursor = /^-- cursor: (\S+)$/m.exec(out)?.[1];
    if (cursor === undefined) {
      // A journal without entries has no cursor: all that comes is new.
      if (ended === '') this.cursor = null;
      return ended === '' ? undefined : ended;
    }
    if (!isCursor(cursor)) return `journalctl gave a cursor that is none: ${cursor}`;
    this.cursor = cursor;
    return undefined;
  }

  /** Reads until journalctl ends. */
  private async follow(): Promise<void> {
    const from = typeof this.cursor === 'string' ? [`--after-cursor=${this.cursor}`] : ['--no-tail'];
    const asked = [...new Set([...fields, ...this.options.wantedFields])].join(',');
    const reader = this.options.startReader([
      '--follow',
      '--output=json',
      '--all',
      `--output-fields=${asked}`,
      ...from,
    ]);
    if (typeof reader === 'string') {
      this.complain(reader);
      return;
    }
    this.reader = reader;
    const complaints = readText(reader.stderr);
    let rest: Buffer[] = [];
    let restLength = 0;
    try {
      for await (const chunk of reader.stdout) {
        const bytes = chunk as Buffer;
        const end = bytes.lastIndexOf(newline);
        rest.push(end < 0 ? bytes : bytes.subarray(0, end));
        restLength += bytes.length;
        if (end >= 0) {
          await this.take(Buffer.concat(rest).toString('utf8').split('\n'));
          rest = [bytes.subarray(end + 1)];
          restLength = bytes.length - end - 1;
        } else if (restLength > longestEntry) {
          throw new Error(`an entry is longer than ${longestEntry} bytes`);
        }
        if (this.isStopping || this.hasFailed) break;
      }
    } catch (error) {
      if (!this.isStopping) this.complain(errorText(error));
    }
    reader.end();
    const [, told] = await Promise.all([reader.ended, complaints]);
    this.reader = undefined;
    if (!this.isStopping && !this.hasFailed)
      this.complain(`journalctl has ended${told === '' ? '' : `: ${told.trim()}`}`);
  }

  private async take(lines: readonly string[]): Promise<void> {
    const messages: LogMessage[] = [];
    let cursor: string | undefined;
    for (const line of lines) {
      const entry = parseEntry(line);
      if (entry === undefined) continue;
      cursor = entry.cursor;
      const read = this.options.isWanted(entry) ? this.read(entry) : undefined;
      if (read !== undefined) messages.push(read.message);
    }
    if (cursor === undefined) return;
    this.complaint = undefined;
    this.waitMs = retryMs;
    await this.handOn(messages, cursor);
  }

  private async handOn(messages: readonly LogMessage[], cursor: string): Promise<void> {
    const after = toSourcePosition({ cursor });
    try {
      if (messages.length > 0) await this.handlers.onBatch(messages, () => after);
      this.cursor = cursor;
    } catch (error) {
      this.hasFailed = true;
      this.tell('consumer', `stopped: what reads it failed: ${errorText(error)}`);
    }
  }

  private read(entry: JournalEntry): ReadEntry | undefined {
    const nowMs = this.options.clock.nowMs();
    // What was written before we ran has its own time, what comes now the time of its coming.
    const timeMs = entry.timeMs < this.startedMs ? entry.timeMs : nowMs;
    const read = toMessage(entry, timeMs, this.numberOfJournal(entry.sequence.journal), this.options);
    if (read?.doubt?.isAccusation === true) this.tellDoubt(read.doubt);
    return read;
  }

  private numberOfJournal(journal: string): string {
    let number = this.numbers.get(journal);
    if (number === undefined) {
      number = numberOf(journal);
      this.numbers.set(journal, number);
    }
    return number;
  }

  /** The first, and whenever their number has doubled. */
  private tellDoubt({ sender, name }: NonNullable<ReadEntry['doubt']>): void {
    const key = `${sender} ${name}`;
    const count = (this.doubts.get(key) ?? 0) + 1;
    if (this.doubts.size > 1000) this.doubts.clear();
    this.doubts.set(key, count);
    if (!Number.isInteger(Math.log2(count))) return;
    const often = count === 1 ? '' : ` (${count} times by now)`;
    this.tell('unbelieved', `${sender} writes as ${name}, and is not believed${often}`);
  }

  private complain(reason: string): void {
    if (this.complaint === reason) return;
    this.complaint = reason;
    this.tell('unreadable', `cannot be read, trying again: ${reason}`);
  }

  private tell(kind: SourceTrouble['kind'], message: string): void {
    this.handlers.onTrouble({ location: this.location, kind, message: escapeControls(`${this.location}: ${message}`) });
  }
}

const longestComplaint = 4096;

async function readText(stream: Readable): Promise<string> {
  let text = '';
  try {
    for await (const chunk of stream) text = (text + String(chunk)).slice(0, longestComplaint);
  } catch {
    // Cut off: what came is what there is.
  }
  return text;
}
