// Exit statuses of every command; docs/commands.md lists them.

export const exitStatus = {
  done: 0,
  /** The command ran and its answer is no: a configuration with errors, a refusal, nothing found to revert. */
  refused: 1,
  /** The command line itself was wrong. */
  usage: 2,
  /** It needs a running service and there is none. */
  serviceDown: 3,
  /** This user may not. */
  notPermitted: 4,
  /** A fault of ours or of the machine; the message says what. */
  failed: 70,
} as const;

/** Ends a command with its own status and one line for the user. */
export class CommandFailure extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}
