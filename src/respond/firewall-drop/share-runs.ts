// One costly reading for all who ask while another is under way.

/**
 * Callers that come while a run is under way share the next one: a run that started before they asked may have missed what they
 * changed just before.
 */
export function shareRuns<Value>(run: () => Promise<Value>): () => Promise<Value> {
  let current: Promise<unknown> | undefined;
  let next: Promise<Value> | undefined;
  const start = (): Promise<Value> => {
    const running = run();
    const settled = running.then(
      () => undefined,
      () => undefined,
    );
    current = settled.then(() => {
      if (next === undefined) current = undefined;
    });
    return running;
  };
  return () => {
    if (current === undefined) return start();
    next ??= current.then(() => {
      next = undefined;
      return start();
    });
    return next;
  };
}
