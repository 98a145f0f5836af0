// A command whose output is a log: run again and again, each line of it a message, or all of it one. // as Wazuh's logcollector does

import { errorText } from '../alert/error-text.ts';
import { escapeControls } from '../alert/escape.ts';
import type { Clock, Timer } from '../system/clock.ts';
import type { LogMessage } from './message.ts';
import type { Source, SourceHandlers, SourceTrouble } from './source.ts';
import { numberOf } from './source-number.ts';

export interface CommandOutput {
  /** Standard output, as far as it is kept. */
  readonly text: string;
  /** Why it has none or may not have all, for a person. */
  readonly fault: string | undefined;
}

export interface CommandSourceOptions {
  /** For the shell. */
  readonly command: string;
  /** What messages call it, and their location. */
  readonly name: string;
  /** All of its output is one message. */
  readonly isWhole: boolean;
  readonly everySeconds: number;
  readonly clock: Clock;
  readonly run: (command: string, timeoutMs: number) => Promise<CommandOutput>;
}

/** Where the original cuts: a message is not longer. In characters. */
const longestWhole = 65_000;
const longestLine = 65_000;
const mostLines = 10_000;
/** A command that is to run every second may still take its time. */
const shortestTimeoutMs = 10_000;

/** Runs at once, and from then on so many seconds after the start of the run before, or when that has ended. Nothing is caught up with. */
export function createCommandSource(options: CommandSourceOptions, handlers: SourceHandlers<LogMessage>): Source {
  const { command, name, isWhole, everySeconds, clock } = options;
  let timer: Timer | undefined;
  let isStopping = false;
  let running = Promise.resolve();
  let told: string | undefined;
  let runs = 0;

  function tell(kind: SourceTrouble['kind'], what: string): void {
    handlers.onTrouble({ location: name, kind, message: escapeControls(`command '${name}': ${what}`) });
  }

  function tellFault(fault: string | undefined): void {
    if (fault !== undefined && fault !== told) tell('unreadable', fault);
    told = fault;
  }

  async function runOnce(): Promise<void> {
    const startedMs = clock.ticksMs();
    const everyMs = everySeconds * 1000;
    const { text, fault } = await options.run(command, Math.max(everyMs, shortestTimeoutMs));
    if (isStopping) return;
    tellFault(fault);
    runs += 1;
    const nowMs = clock.nowMs();
    const number = numberOf(`${command} ${nowMs} ${runs}`);
    const messages = textsOf(text, name, isWhole).map((each, index) => ({
      id: `${number}.${index}`,
      location: name,
      text: Buffer.from(each, 'utf8').toString('latin1'),
      timeMs: nowMs,
    }));
    try {
      if (messages.length > 0) await handlers.onBatch(messages, () => null);
    } catch (error) {
      tell('consumer', `stopped: what reads it failed: ${errorText(error)}`);
      return;
    }
    if (isStopping) return;
    timer = clock.after(Math.max(0, startedMs + everyMs - clock.ticksMs()), begin);
  }

  function begin(): void {
    running = runOnce();
  }

  async function stop(): Promise<void> {
    isStopping = true;
    timer?.cancel();
    await running;
  }

  return { location: name, start: begin, finish: stop, stop, position: () => null };
}

function textsOf(output: string, name: string, isWhole: boolean): readonly string[] {
  const head = `ossec: output: '${name}':`;
  if (isWhole) {
    const whole = output.replace(/\n$/, '');
    return whole === '' ? [] : [`${head}\n${whole.slice(0, longestWhole)}`];
  }
  const lines = output.split('\n').filter((line) => line !== '');
  return lines.slice(0, mostLines).map((line) => `${head} ${line.slice(0, longestLine)}`);
}
