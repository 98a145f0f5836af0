// CLOCK_MONOTONIC, which all processes and namespaces of a machine share, in milliseconds.

/** Milliseconds, with fractions. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks again until the answer is true or the time is up; tells which.
 * @param {() => boolean | Promise<boolean>} holds
 * @param {{ everyMs: number, limitMs: number }} pace
 */
export async function until(holds, { everyMs, limitMs }) {
  const end = now() + limitMs;
  while (!(await holds())) {
    if (now() > end) return false;
    await pause(everyMs);
  }
  return true;
}
