// Runs one script from its message to its end: exchange, deadline, what it wrote, what it left behind.
import { errorText } from '../../alert/error-text.ts';
import type { RunRecord } from '../../fleet/execution.ts';
import type { Clock } from '../../system/clock.ts';
import type { Exit, Launched } from '../../system/launch.ts';
import { identify } from '../../system/process-table.ts';
import { Deadline } from './deadline.ts';
import { type Answered, talkWith } from './exchange.ts';
import { type FirstLine, FirstLineReader, Tail } from './output.ts';
import type { ScriptResult, ScriptRun, ScriptRunner } from './runner.ts';
import { startScript } from './start-script.ts';

export interface ScriptRunnerOptions {
  /** Working directory of every script. */
  readonly home: string;
  readonly clock: Clock;
  /** Scripts run as root: who may write to them is checked. */
  readonly asRoot: boolean;
}

const tailBytes = 16 * 1024;
const longestLineBytes = 64 * 1024;

/** From TERM to KILL. */
const killGraceMs = 2000;
/** From KILL until we no longer wait (a process in uninterruptible sleep). */
const giveUpMs = 5000;
/** From the script's end until we no longer wait for pipes that a child of it still holds. */
const pipeGraceMs = 200;

export function createScriptRunner(options: ScriptRunnerOptions): ScriptRunner {
  return { run: (run) => runScript(run, options) };
}

async function runScript(run: ScriptRun, options: ScriptRunnerOptions): Promise<ScriptResult> {
  const { clock, home, asRoot } = options;
  const startedAtMs = clock.nowMs();
  const startedTicks = clock.ticksMs();
  const started = startScript({ path: run.path, program: run.program, home, asRoot });
  if (!started.started) return { outcome: 'refused', reason: started.reason };
  const { process } = started;
  try {
    const watched = watch(process, run.deadlineMs, clock);
    const refusal = await announce(process, run);
    if (refusal !== undefined) return { outcome: 'refused', reason: refusal };
    const answered = await finishExchange(run, process, watched, clock);
    const exit = await watched.ended;
    const durationMs = clock.ticksMs() - startedTicks;
    return { outcome: 'ran', answered, run: record(run, watched, exit, startedAtMs, durationMs) };
  } finally {
    process.dispose();
  }
}

/** The error's text where the process must be told nothing. */
async function announce(process: Launched, run: ScriptRun): Promise<string | undefined> {
  try {
    const identity = identify(process.pid);
    if (identity === undefined) throw new Error(`/proc/${process.pid}/stat cannot be read`);
    await run.hooks.onStarted(identity);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

async function finishExchange(run: ScriptRun, process: Launched, watched: Watched, clock: Clock): Promise<Answered> {
  watched.deadline.run();
  const { deadline, firstLine, takeUnfinished, notes } = watched;
  const note = (text: string): void => void notes.push(text);
  const { onKeys } = run.hooks;
  try {
    return await talkWith(run.lines, { process, deadline, clock, firstLine, takeUnfinished, note, onKeys });
  } catch {
    // The hook rejected: its owner knows why. The script has been told nothing but its message.
    watched.end();
    return 'nothing';
  }
}

interface Watched {
  readonly stdout: Tail;
  readonly stderr: Tail;
  readonly firstLine: Promise<FirstLine>;
  /** Takes what has come of the first line for the whole of it; false where nothing has come. */
  takeUnfinished(): boolean;
  readonly deadline: Deadline;
  /** Null: it did not even end when it was killed. */
  readonly ended: Promise<Exit | null>;
  /** See `RunRecord.note`. */
  readonly notes: string[];
  timedOut(): boolean;
  /** TERM, then KILL, to the group. */
  end(): void;
}

function watch(process: Launched, deadlineMs: number, clock: Clock): Watched {
  const stdout = new Tail(tailBytes);
  const stderr = new Tail(tailBytes);
  const ending = createEnding(process, clock);
  const notes: string[] = [];
  let timedOut = false;
  const deadline = new Deadline(deadlineMs, clock, () => {
    timedOut = true;
    ending.end();
  });
  const reader = new FirstLineReader(longestLineBytes);
  process.stdout.on('data', (chunk: Buffer) => {
    stdout.add(chunk);
    reader.add(chunk);
  });
  process.stdout.once('end', () => reader.end());
  process.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  const onLeftovers = (): void => void notes.push('what it left running held its output and was ended');
  const ended = Promise.race([waitForEnd(process, clock, onLeftovers), ending.gaveUp]).then((exit) => {
    deadline.close();
    ending.stop();
    reader.end();
    return exit;
  });
  return {
    stdout,
    stderr,
    firstLine: reader.found,
    takeUnfinished: () => reader.takeUnfinished(),
    deadline,
    ended,
    notes,
    timedOut: () => timedOut,
    end: ending.end,
  };
}

/** Resolves at the script's end, when its output has been read too or is only held open by others. */
async function waitForEnd(process: Launched, clock: Clock, onLeftovers: () => void): Promise<Exit> {
  const outputs = Promise.all([process.stdout, process.stderr].map((stream) => untilClosed(stream)));
  const exit = await process.exited;
  await new Promise<void>((resolve) => {
    const timer = clock.after(pipeGraceMs, () => {
      onLeftovers();
      resolve();
    });
    void outputs.then(() => {
      timer.cancel();
      resolve();
    });
  });
  return exit;
}

function untilClosed(stream: Launched['stdout']): Promise<void> {
  return new Promise((resolve) => stream.once('close', () => resolve()));
}

interface Ending {
  end(): void;
  stop(): void;
  readonly gaveUp: Promise<null>;
}

function createEnding(process: Launched, clock: Clock): Ending {
  let giveUp: (value: null) => void = () => undefined;
  const gaveUp = new Promise<null>((resolve) => {
    giveUp = resolve;
  });
  let timer = { cancel: (): void => undefined };
  let begun = false;
  return {
    gaveUp,
    stop: () => {
      begun = true;
      timer.cancel();
    },
    end: () => {
      if (begun) return;
      begun = true;
      process.signal('SIGTERM');
      // A stopped process gets TERM only when it goes on.
      process.signal('SIGCONT');
      timer = clock.after(killGraceMs, () => {
        process.signal('SIGKILL');
        timer = clock.after(giveUpMs, () => giveUp(null));
      });
    },
  };
}

function record(
  run: ScriptRun,
  watched: Watched,
  exit: Exit | null,
  startedAtMs: number,
  durationMs: number,
): RunRecord {
  return {
    purpose: run.lines.purpose,
    startedAtMs,
    durationMs,
    exitStatus: exit?.status ?? null,
    signal: exit?.signal ?? null,
    timedOut: watched.timedOut(),
    stdoutTail: watched.stdout.text(),
    stderrTail: watched.stderr.text(),
    ...(watched.notes.length === 0 ? {} : { note: watched.notes.join('; ') }),
  };
}
