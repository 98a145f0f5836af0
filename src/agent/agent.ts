// What runs on an endpoint: journal, execute, revert, reconcile.
import type { CommandId, CommandMessage } from '../fleet/command.ts';
import type { Execution, ExecutionState } from '../fleet/execution.ts';
import type { AnyBuiltIn, BuiltInAction, Host } from '../respond/contract.ts';
import type { Clock } from '../system/clock.ts';
import type { FileLayer } from '../system/files.ts';
import type { LocateScript, ProcessTable, ScriptRunner } from './scripts/runner.ts';

/**
 * Says why a command may not act upon these targets, or undefined where it may: never-block set, allow list, protected
 * accounts. A script is asked about twice: by what its alert names (none, where that is nothing), and by its keys.
 */
export type Refuse = (
  targets: readonly string[],
  message: Pick<CommandMessage, 'alert' | 'executable'>,
) => string | undefined;

export interface AgentSettings {
  readonly agentId: string;
  /** `origin.name` of the messages to scripts. */
  readonly nodeName: string;
  /** Absolute path of the journal file; its folder is made. */
  readonly journalPath: string;
  /** Absolute path of `logs/active-responses.log`. */
  readonly logPath: string;
  /** Running at once per executable: 8. */
  readonly runningPerExecutable: number;
  /** Running at once in all: 64. */
  readonly runningInAll: number;
  /** Scripts that revert at once: 16, beside those that `runningInAll` counts. */
  readonly revertSlots: number;
  /** A script's own time, ms. */
  readonly scriptDeadlineMs: number;
  readonly reconcileEveryMs: number;
  /** Minutes of `<repeated_offenders>`; empty: every time the response's own timeout. */
  readonly offenderMinutes: readonly number[];
  /** How long something of ours that the journal does not know, and that nothing lifts, is left in force; s. */
  readonly adoptForSeconds: number;
  /** The ladder is climbed by repeats while in force too, as Wazuh does. */
  readonly climbWhileInForce: boolean;
}

/** What may change while an agent runs. */
export type ChangeableSettings = Omit<
  AgentSettings,
  'agentId' | 'nodeName' | 'journalPath' | 'logPath' | 'adoptForSeconds'
>;

export interface AgentDeps {
  readonly settings: AgentSettings;
  readonly clock: Clock;
  /** Resolves when what else is due in this turn of the event loop has been done. */
  readonly turn: () => Promise<void>;
  /** /proc/sys/kernel/random/boot_id: whether boot times in the journal are of this boot. */
  readonly bootId: string;
  readonly files: FileLayer;
  readonly host: Host;
  readonly builtIns: readonly AnyBuiltIn[];
  readonly actions: readonly BuiltInAction[];
  readonly locateScript: LocateScript;
  readonly scripts: ScriptRunner;
  readonly processes: ProcessTable;
  readonly refuse: Refuse;
}

export const defaultAgentSettings = {
  runningPerExecutable: 8,
  runningInAll: 64,
  revertSlots: 16,
  scriptDeadlineMs: 60_000,
  reconcileEveryMs: 60_000,
  offenderMinutes: [],
  adoptForSeconds: 600,
  climbWhileInForce: false,
} as const satisfies Partial<AgentSettings>;

/** One thing that a person should be told of: what was damaged, adopted, repaired, could not be read. */
export interface Finding {
  readonly kind:
    | 'journal_damaged'
    | 'journal_failed'
    | 'journal_restored'
    | 'run_ended'
    | 'outcome_unknown'
    | 'applied_again'
    | 'adopted'
    | 'repaired'
    | 'reverted'
    | 'failed';
  readonly text: string;
}

export interface ReconcileReport {
  readonly findings: readonly Finding[];
  /** Responses in force afterwards. */
  readonly inForce: number;
}

export type Selector = { readonly id: CommandId } | { readonly target: string } | { readonly all: true };

export interface Recalled {
  readonly state: ExecutionState;
  readonly reason: string | undefined;
}

export interface Agent {
  /** Reads the journal and makes machine and journal agree. Rejects with JournalError where the journal cannot be used. */
  start(): Promise<ReconcileReport>;
  /** Makes ready what commands with these executables will need. What fails here is told by the first command. Never rejects. */
  prepare(executables: readonly string[]): Promise<void>;
  /**
   * Runs one command; resolves at its first lasting state: active, completed, rejected, expired, failed, reverted.
   * Never rejects. The same id a second time answers with what became of the first.
   */
  deliver(message: CommandMessage): Promise<Execution>;
  /** What became of a command, as long as it is remembered. Does nothing. */
  recall(id: CommandId): Recalled | undefined;
  /** What is active, being reverted, or could not be reverted. */
  inForce(): readonly Execution[];
  /** How many those are. */
  countInForce(): number;
  /** Reverts at once; resolves when each has been tried: reverted or revert_failed. */
  revert(selector: Selector): Promise<readonly Execution[]>;
  reconcile(): Promise<ReconcileReport>;
  /** From now on these settings hold; what runs goes on under those that it began with. */
  use(settings: ChangeableSettings): void;
  /** Waits for what runs. What is in force stays unless `lift`. */
  stop(options: { readonly lift: boolean }): Promise<void>;
  /** What is wrong with the journal: what was lost of it at this start, why it cannot be written now. For people. */
  troubles(): readonly string[];
  /** Called with what is found while it runs; start() and reconcile() return what they find. Returns a function that ends it. */
  onFinding(listener: (finding: Finding) => void): () => void;
  /** Called at each change of state, after it is in the journal. Returns a function that ends it. */
  onExecution(listener: (execution: Execution) => void): () => void;
}
