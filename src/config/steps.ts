// Work that can be done at once, or a piece at a time with other things in between.

/** Each step is a few milliseconds of work; the result comes with the last. */
export type Steps<Result> = Generator<undefined, Result>;

/** Does all of it at once. */
export function finishSteps<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Waits for a `turn` between the steps, such as one of the event loop. */
export async function takeSteps<Result>(steps: Steps<Result>, turn: () => Promise<void>): Promise<Result> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await turn();
  }
}
