// The contract of a built-in response, and the one door through which it touches the machine.
import type { Alert } from '../alert/alert.ts';

export interface RunOptions {
  readonly stdin?: string;
  readonly timeoutMs: number;
}

export interface RunResult {
  /** null where the program could not be started or a signal ended it. */
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Why the program could not be started (`ENOENT` …). */
  readonly error: string | undefined;
}

/** A conversation with the kernel's nf_tables. */
export interface NetfilterSocket {
  /**
   * Sends netlink messages and returns what the kernel said of those that asked for an acknowledgment, in its order: 0, or an errno.
   * Other answers are left out. The kernel has carried all of it out, or nothing, when it returns. Throws SystemError.
   */
  exchange(messages: Uint8Array): readonly number[];
  close(): void;
}

/** The one door to the machine. Tests pass a model of it. */
export interface Host {
  /** Runs a program to its end. argv[0] is looked up in the standard system folders, never in PATH. No shell. */
  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult>;
  /** Sends JSON to a web server. Resolves with the status of its answer; rejects where there is none in time. Redirections are not followed. */
  post(url: URL, json: string, timeoutMs: number): Promise<number>;
  /** Throws SystemError where the system has none, or does not allow it. */
  openNetfilter(): NetfilterSocket;
  /** The file's text, or undefined where it does not exist. */
  readFile(path: string): Promise<string | undefined>;
  /**
   * Rewrites a text file in one step. `change` gets its bytes, one character each, undefined where there is no file, and gives the new ones; undefined:
   * leave it; null: remove it. Owner and mode stay; a new file gets `mode`. Throws SystemError; the file is then as it was.
   */
  changeFile(
    path: string,
    mode: number,
    change: (text: string | undefined) => string | null | undefined,
  ): Promise<void>;
  /** Calls back once after `ms` unless cancelled. */
  after(ms: number, callback: () => void): { cancel(): void };
}

export type Availability =
  | { readonly available: true; readonly means: string; readonly warnings: readonly string[] }
  | { readonly available: false; readonly reason: string };

/** effective: it works. written: the text is there, nothing proves that anything reads it. absent: it is not there. */
export interface Verification {
  readonly effect: 'effective' | 'written' | 'absent';
  readonly reason?: string;
}

export interface Application<Target> {
  readonly target: Target;
  /** Seconds it is still to last, at least 1; null: until it is reverted. */
  readonly remainingSeconds: number | null;
}

export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: string };

/** What a response of ours has in force on the machine, as the machine tells it. */
export interface Found<Target, Evidence> {
  readonly target: Target;
  readonly evidence: Evidence;
  /** null: the machine itself will never lift it. */
  readonly remainingSeconds: number | null;
  /** Why it has no effect although it is there; undefined where it has. */
  readonly fault?: string | undefined;
}

/** Thrown by `parse`: the alert has no valid target. The message is what active-responses.log says. */
export class InvalidTarget extends Error {}

/** Whole sentences. */
export interface ResponseAbout {
  readonly does: string;
  /** By what, and what of that is ours. */
  readonly how: string;
  /** What the states of `verify` mean here. */
  readonly proof: string;
  readonly needs: string;
}

export interface BuiltInResponse<Target, Evidence> {
  /** `firewall-drop`. */
  readonly name: string;
  /** For docs/responses.md. */
  readonly about: ResponseAbout;
  /** MITRE D3FEND technique ids. */
  readonly d3fend: { readonly apply: string; readonly revert: string };
  /** The machine itself lifts the effect on time, even if the agent is dead (architecture, invariant 2). */
  readonly machineLifts: boolean;
  /**
   * Where the machine lifts, it is given an end even for what lasts until it is reverted. Such a thing is applied again when
   * less than this is left, s.
   */
  readonly renewBelowSeconds?: number;
  /** The longest that the machine can be given; what lasts longer is applied again when half of it has passed. */
  readonly longestSeconds?: number;
  /** The member of the alert's `data` that says on what it acts. Default: `srcip`, an address. */
  readonly targetField?: 'srcip' | 'dstuser';
  /** The only place where untrusted text becomes a typed value. Throws InvalidTarget. */
  parse(alert: Alert): Target;
  /** Wazuh's `check_keys`. */
  keys(target: Target): readonly string[];
  /** From keys back to the target, for a command that knows only the journal. Throws InvalidTarget. */
  fromKeys(keys: readonly string[]): Target;
  probe(host: Host): Promise<Availability>;
  /** Makes what the first application would have to make, so that it is as quick as the others; that one says what is wrong if this fails. Never rejects. */
  prepare?(host: Host): Promise<void>;
  /** Idempotent: what is already in force is set to the new remaining time. Outcomes in the order of the applications. */
  apply(applications: readonly Application<Target>[], host: Host): Promise<readonly Outcome<Evidence>[]>;
  verify(targets: readonly Target[], host: Host): Promise<readonly Verification[]>;
  /** Idempotent, needs only the evidence. Outcomes in the order of the evidence. */
  revert(evidence: readonly Evidence[], host: Host): Promise<readonly Outcome<null>[]>;
  /** Everything of ours that is in force on the machine, for reconcile. */
  inventory(host: Host): Promise<readonly Found<Target, Evidence>[]>;
  /** Ends what the response keeps running (helpers). What is in force stays. */
  close(): Promise<void>;
}

export interface ActionRequest {
  readonly alert: Alert;
  /** `<extra_args>`, split at blanks. */
  readonly extraArgs: readonly string[];
  /** Ms after which it must have ended. */
  readonly timeoutMs: number;
}

/** A built-in that does something once: nothing of it is in force afterwards, and nothing is taken back. */
export interface BuiltInAction {
  readonly name: string;
  readonly about: Omit<ResponseAbout, 'proof'>;
  /** Never rejects. The value says what was done, for people. */
  act(request: ActionRequest, host: Host): Promise<Outcome<string>>;
}

/** A built-in whose target and evidence only itself looks into; evidence is plain JSON. */
// biome-ignore lint/suspicious/noExplicitAny: a list of responses with different targets has no other honest type
export type AnyBuiltIn = BuiltInResponse<any, any>;
