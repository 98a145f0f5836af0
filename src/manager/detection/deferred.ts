// A promise that is settled from outside.
export interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

/** That nobody waits for its rejection is no fault. */
export function defer(): Deferred {
  let resolve = (): void => undefined;
  let reject = (_: Error): void => undefined;
  const promise = new Promise<void>((keep, fail) => {
    resolve = keep;
    reject = fail;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
