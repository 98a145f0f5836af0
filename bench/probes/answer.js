// What every probe is: a process that answers requests of the one that started it, and ends with it.

/** @param {Record<string, (parameters: any) => unknown>} handlers */
export function answer(handlers) {
  const all = { ready: () => true, ...handlers };
  process.on('message', async ({ id, request, parameters }) => {
    try {
      process.send({ id, result: await all[request](parameters) });
    } catch (error) {
      process.send({ id, error: error.message });
    }
  });
  process.on('disconnect', () => process.exit());
}
