// Lines written while we were down are answered for the time that remains. With none left, a block would come after its
// own end, and a one-shot script would act on a matter long past.
import type { Guard } from './guard.ts';

export const tooOldGuard: Guard = {
  name: 'too_old',
  check({ facts, binding }) {
    const ageMs = facts.nowMs - facts.eventMs;
    const { timeoutSeconds } = binding.response;
    if (timeoutSeconds > 0) {
      return ageMs >= timeoutSeconds * 1000 ? describe(ageMs, `its ${timeoutSeconds} s are over`) : undefined;
    }
    return ageMs > facts.maxAgeMs ? describe(ageMs, `at most ${facts.maxAgeMs / 1000} s are answered`) : undefined;
  },
};

function describe(ageMs: number, why: string): string {
  return `the event is ${Math.floor(ageMs / 1000)} s old: ${why}`;
}
