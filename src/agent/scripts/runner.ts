// What the agent asks of whoever runs scripts: one run, its hooks, and what is known of it afterwards.
import type { RunRecord } from '../../fleet/execution.ts';

/** Names one process beyond doubt, also after a restart: a pid alone may have been given to another. */
export interface ProcessIdentity {
  /** Also the id of its session and process group. */
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks after boot. */
  readonly startTime: number;
  /** /proc/sys/kernel/random/boot_id. */
  readonly bootId: string;
}

export interface ScriptHooks {
  /**
   * The process exists and has been told nothing. The runner waits for the promise before it writes the message; where
   * the promise is rejected it ends the group without having written anything, and run() answers `refused` with the error's text.
   */
  onStarted(process: ProcessIdentity): Promise<void>;
  /**
   * The script wrote its first line (purpose `add` only; stateless scripts too). `undefined`: the line was not a
   * check_keys message. The runner waits for the answer, writes the `continueLine` or the `abortLine`, and closes the
   * script's input. May take long (a key being reverted): the deadline is the script's own time and stands still meanwhile.
   * Rejected: the runner ends the group without having written anything.
   */
  onKeys(keys: readonly string[] | undefined): Promise<'continue' | 'abort'>;
}

/** The lines have no line end; the runner adds it. // spec active-response §4 */
export type ScriptLines =
  | {
      readonly purpose: 'add';
      readonly message: string;
      readonly continueLine: string;
      readonly abortLine: string;
    }
  | { readonly purpose: 'delete'; readonly message: string };

export interface ScriptRun {
  /** Absolute path. */
  readonly path: string;
  /** `active-response/bin/NAME`, relative to the home: argv[0]. */
  readonly program: string;
  readonly lines: ScriptLines;
  /** The effect has a timeout: a key exchange is expected. */
  readonly stateful: boolean;
  /** Length of time after its start at which the group gets TERM, then KILL; ms. */
  readonly deadlineMs: number;
  readonly hooks: ScriptHooks;
}

export type ScriptResult =
  | { readonly outcome: 'ran'; readonly run: RunRecord; readonly answered: 'nothing' | 'continue' | 'abort' }
  /** It was never told anything: missing, no rights, writable by others, CRLF … */
  | { readonly outcome: 'refused'; readonly reason: string };

export interface ScriptRunner {
  /** Never rejects. */
  run(run: ScriptRun): Promise<ScriptResult>;
}

export type Located =
  | { readonly kind: 'script'; readonly path: string; readonly program: string }
  /** No file of that name or stem: a built-in may answer to it. */
  | { readonly kind: 'none' }
  /** Several files share the stem; the reason lists them. */
  | { readonly kind: 'error'; readonly reason: string };

/** From the executable of a `<command>` to a file: the exact name, else the one stem. // spec active-response §3 */
export type LocateScript = (executable: string) => Promise<Located>;

/** What became of processes that an earlier life of the agent started. */
export interface ProcessTable {
  /** All three of pid, start time and boot id must match. */
  isAlive(process: ProcessIdentity): Promise<boolean>;
  /** TERM, then KILL to its process group; resolves when it is gone. Does nothing where isAlive says no. */
  endGroup(process: ProcessIdentity): Promise<void>;
}
