// What every built-in response promises, checked against whatever machine it is given.
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alert/alert.ts';
import type { AnyBuiltIn, Host } from '../../src/respond/contract.ts';

export interface ContractSubject {
  readonly create: () => AnyBuiltIn;
  readonly host: () => Host;
  /** An alert with a valid target that is not in force, and another. */
  readonly alerts: readonly [Alert, Alert];
  readonly invalidAlert: Alert;
  /** What verify says of what is in force. Default: effective. */
  readonly inForce?: 'effective' | 'written';
}

/** Registers the tests; the subject's host must be fresh for each of them, or left clean by them. */
export function describeContract(title: string, subject: ContractSubject): void {
  const inForce = subject.inForce ?? 'effective';
  describe(`contract of ${title}`, () => {
    const open = async (use: (response: AnyBuiltIn, host: Host) => Promise<void>): Promise<void> => {
      const response = subject.create();
      try {
        await use(response, subject.host());
      } finally {
        await response.close();
      }
    };

    it('is available and says by which means', () =>
      open(async (response, host) => {
        expect(await response.probe(host)).toMatchObject({ available: true, means: expect.any(String) });
      }));

    it('refuses an invalid target and gets targets back from keys', () =>
      open(async (response) => {
        expect(() => response.parse(subject.invalidAlert)).toThrow();
        const target = response.parse(subject.alerts[0]);
        expect(response.fromKeys(response.keys(target))).toEqual(target);
        expect(() => response.fromKeys(['; reboot'])).toThrow();
        expect(() => response.fromKeys([])).toThrow();
      }));

    it('applies, proves, reverts, and leaves what was there', () =>
      open(async (response, host) => {
        const before = await response.inventory(host);
        const targets = subject.alerts.map((alert) => response.parse(alert));
        expect(effects(await response.verify(targets, host))).toEqual(['absent', 'absent']);
        const evidence = await applyAll(response, host, targets, 60);
        expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
        expect(effects(await response.verify(targets, host))).toEqual([inForce, inForce]);
        expect(await response.revert(evidence, host)).toEqual([ok, ok]);
        expect(effects(await response.verify(targets, host))).toEqual(['absent', 'absent']);
        expect(await response.inventory(host)).toEqual(before);
      }));

    it('can be asked to be ready at any time, and leaves what is in force', () =>
      open(async (response, host) => {
        const before = await response.inventory(host);
        await response.prepare?.(host);
        expect(await response.inventory(host)).toEqual(before);
        const target = response.parse(subject.alerts[0]);
        const evidence = await applyAll(response, host, [target], 60);
        await response.prepare?.(host);
        const other = subject.create();
        await other.prepare?.(host);
        await other.close();
        expect(effects(await response.verify([target], host))).toEqual([inForce]);
        await response.revert(evidence, host);
      }));

    it('is in force once when applied twice, and lasts as the later application says', () =>
      open(async (response, host) => {
        const target = response.parse(subject.alerts[0]);
        const before = (await response.inventory(host)).length;
        await applyAll(response, host, [target], 100);
        const evidence = await applyAll(response, host, [target, target], 5000);
        const found = await response.inventory(host);
        expect(found).toHaveLength(before + 1);
        if (response.machineLifts) {
          expect(found[0]?.remainingSeconds).toBeGreaterThan(4900);
          await applyAll(response, host, [target], 50);
          expect((await response.inventory(host))[0]?.remainingSeconds).toBeLessThanOrEqual(50);
        }
        await response.revert(evidence, host);
        expect(await response.inventory(host)).toHaveLength(before);
      }));

    it('reverts the unknown, twice, without complaint', () =>
      open(async (response, host) => {
        const target = response.parse(subject.alerts[0]);
        const evidence = await applyAll(response, host, [target], 60);
        expect(await response.revert(evidence, host)).toEqual([ok]);
        expect(await response.revert(evidence, host)).toEqual([ok]);
      }));

    it('finds what an earlier process applied, and lifts it', () =>
      open(async (response, host) => {
        const target = response.parse(subject.alerts[0]);
        await open(async (earlier) => void (await applyAll(earlier, host, [target], 60)));
        const found = await response.inventory(host);
        expect(found.map((each) => each.target)).toContainEqual(target);
        expect(effects(await response.verify([target], host))).toEqual([inForce]);
        const evidence = found.map((each) => each.evidence);
        expect(await response.revert(evidence, host)).toEqual(evidence.map(() => ok));
        expect(effects(await response.verify([target], host))).toEqual(['absent']);
      }));

    it('never hands the machine something permanent where it can lift by itself', () =>
      open(async (response, host) => {
        if (!response.machineLifts) return;
        const target = response.parse(subject.alerts[0]);
        const evidence = await applyAll(response, host, [target], null);
        for (const found of await response.inventory(host)) expect(found.remainingSeconds).toBeGreaterThan(3600);
        await response.revert(evidence, host);
      }));
  });
}

const ok = { ok: true, value: null };

async function applyAll(
  response: AnyBuiltIn,
  host: Host,
  targets: readonly unknown[],
  remainingSeconds: number | null,
) {
  const outcomes = await response.apply(
    targets.map((target) => ({ target, remainingSeconds })),
    host,
  );
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw new Error(outcome.error);
    return outcome.value;
  });
}

function effects(verifications: readonly { readonly effect: string }[]): string[] {
  return verifications.map((verification) => verification.effect);
}
