// The talk with a script: its message, its keys, our answer. // spec active-response §4
import type { Clock } from '../../system/clock.ts';
import type { Launched } from '../../system/launch.ts';
import { isStuckReading } from '../../system/process-table-input.ts';
import { parseCheckKeys } from './check-keys.ts';
import type { Deadline } from './deadline.ts';
import type { FirstLine } from './output.ts';
import type { ScriptHooks, ScriptLines } from './runner.ts';

export type Answered = 'nothing' | 'continue' | 'abort';

export interface ExchangeParties {
  readonly process: Launched;
  readonly deadline: Deadline;
  readonly clock: Clock;
  readonly onKeys: ScriptHooks['onKeys'];
  /** Resolves at the first line, or where none will come any more. */
  readonly firstLine: Promise<FirstLine>;
  /** Takes what has come of the first line for the whole of it; false where nothing has come. */
  takeUnfinished(): boolean;
  /** Something that the script's author may not expect. */
  note(text: string): void;
}

type AddLines = Extract<ScriptLines, { purpose: 'add' }>;

/** Rejects where the hook rejects. The script's input is closed when it resolves. */
export async function talkWith(lines: ScriptLines, parties: ExchangeParties): Promise<Answered> {
  const { process } = parties;
  if (lines.purpose === 'delete') {
    process.stdin.end(`${lines.message}\n`);
    return 'nothing';
  }
  process.stdin.write(`${lines.message}\n`);
  const watch = watchInput(parties);
  const line = await parties.firstLine;
  watch.stop();
  if (line.kind === 'none') {
    process.stdin.end();
    return 'nothing';
  }
  const keys = line.kind === 'line' ? parseCheckKeys(line.text) : undefined;
  return answer(keys, lines, parties, watch.closedInput());
}

async function answer(
  keys: readonly string[] | undefined,
  lines: AddLines,
  parties: ExchangeParties,
  inputClosed: boolean,
): Promise<Answered> {
  const { process, deadline } = parties;
  // A script whose input is closed would not wait for the answer.
  if (inputClosed) process.signal('SIGSTOP');
  deadline.stop();
  const decision = await parties.onKeys(keys);
  deadline.run();
  if (!inputClosed) {
    process.stdin.end(`${decision === 'continue' ? lines.continueLine : lines.abortLine}\n`);
  } else if (decision === 'continue') {
    process.signal('SIGCONT');
  } else {
    process.signal('SIGKILL');
  }
  return decision;
}

/** Between two looks; a script that is found stuck at two in a row is. */
const lookMs = 250;

/**
 * A script that reads to the end of its input before it writes its keys would wait for us, and we for it (Wazuh then
 * hangs for ever // spec active-response §10). Where every process of the script is seen to wait for input, what it has
 * written without a line end is taken for its key line; where it has written nothing, its input is closed. It then goes on; at its key line it is stopped (SIGSTOP) until the keys are journaled, and goes on, which
 * is its `continue`, or is ended, which is its `abort`. A script that is only slow is not mistaken for one. Where
 * the look is not possible (another architecture, several threads), the deadline ends it.
 */
function watchInput(parties: ExchangeParties): { stop(): void; closedInput(): boolean } {
  const { process, clock } = parties;
  let stopped = false;
  let closed = false;
  let stuckBefore = false;
  const look = async (): Promise<void> => {
    const taken = process.stdin.writableLength === 0;
    const stuck = taken && (await isStuckReading(process.pid, process.stdinInode));
    if (stopped) return;
    if (stuck && stuckBefore) {
      if (parties.takeUnfinished()) {
        parties.note('its line of keys had no line end');
        return;
      }
      parties.note(
        'it read to the end of its input before it wrote its keys, so its input was closed before the answer',
      );
      closed = true;
      process.stdin.end();
      return;
    }
    stuckBefore = stuck;
    arm();
  };
  let timer = clock.after(lookMs, () => void look());
  const arm = (): void => {
    timer = clock.after(lookMs, () => void look());
  };
  return {
    stop: () => {
      stopped = true;
      timer.cancel();
    },
    closedInput: () => closed,
  };
}
