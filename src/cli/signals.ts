// Signals to a service. They are listened for before it starts: one that comes meanwhile is kept until it can be heard.

export interface Signals {
  /** Resolves when SIGTERM or SIGINT asks for the end. */
  readonly ended: Promise<void>;
  /** Calls back for each SIGHUP, and at once for one that has come already. */
  onHangUp(listener: () => void): void;
}

export function listenForSignals(): Signals {
  let hasCome = false;
  let hear = (): void => {
    hasCome = true;
  };
  process.on('SIGHUP', () => hear());
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
  return {
    ended,
    onHangUp(listener) {
      hear = listener;
      if (hasCome) listener();
    },
  };
}
