// Standard input, or any other stream of lines, as a source.
import type { Readable } from 'node:stream';
import { errorText } from '../alert/error-text.ts';
import type { Clock } from '../system/clock.ts';
import type { LogMessage } from './message.ts';
import type { Source, SourceHandlers, SourcePosition } from './source.ts';
import { LineSplitter, longestLine } from './split-lines.ts';

export interface StdinOptions {
  /** process.stdin, or another stream of bytes. */
  readonly input: Readable;
  readonly clock: Clock;
  /** Ten digits, different at each start: two runs read different things, and nothing can be read again. */
  readonly number: string;
  /** Called once when the input has ended and its last line was consumed. */
  onEnd?(): void;
}

/** Messages have the location `stdin` and their arrival as time. The position is always null. */
export function createStdinSource(options: StdinOptions, handlers: SourceHandlers<LogMessage>): Source {
  let stopping = false;
  let reading: Promise<void> = Promise.resolve();
  const stop = async (): Promise<void> => {
    stopping = true;
    options.input.destroy();
    await reading;
  };
  return {
    location: 'stdin',
    start: () => {
      reading = readAll(options, handlers, () => stopping);
    },
    // Where it ends now cannot be known: its writer may have sent what has not arrived.
    finish: stop,
    stop,
    position: (): SourcePosition => null,
  };
}

async function readAll(
  options: StdinOptions,
  handlers: SourceHandlers<LogMessage>,
  isStopping: () => boolean,
): Promise<void> {
  const splitter = new LineSplitter(0);
  let messages: LogMessage[] = [];
  const take = (text: string, offset: number, cut: boolean): void => {
    if (cut)
      tell(handlers, 'line_too_long', `a line at byte ${offset} is longer than ${longestLine} bytes and was cut there`);
    const id = `${options.number}.${offset}`;
    if (text !== '') messages.push({ id, location: 'stdin', text, timeMs: options.clock.nowMs() });
  };
  const handOn = async (): Promise<boolean> => {
    const batch = messages;
    messages = [];
    try {
      if (batch.length > 0) await handlers.onBatch(batch, () => null);
      return true;
    } catch (error) {
      tell(handlers, 'consumer', `stopped: what reads it failed: ${errorText(error)}`);
      return false;
    }
  };
  try {
    // A stream is asked for its next chunk only when the loop comes round: that is the back pressure.
    for await (const chunk of options.input) {
      if (isStopping()) return;
      splitter.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)), take);
      if (!(await handOn())) return;
    }
  } catch (error) {
    if (isStopping()) return;
    tell(handlers, 'unreadable', `cannot be read: ${errorText(error)}`);
  }
  splitter.finish(take);
  if (await handOn()) options.onEnd?.();
}

function tell(
  handlers: SourceHandlers<LogMessage>,
  kind: 'line_too_long' | 'consumer' | 'unreadable',
  message: string,
): void {
  handlers.onTrouble({ location: 'stdin', kind, message: `stdin: ${message}` });
}
