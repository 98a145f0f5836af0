import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/system/clock.ts';

/** Hundredths of a second, cut off. */
const uptimeMs = (): number => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;

describe('bootMs', () => {
  it('is the time since boot that the kernel tells', () => {
    const before = uptimeMs();
    const boot = systemClock.bootMs();
    expect(boot).toBeGreaterThanOrEqual(before);
    expect(boot).toBeLessThan(uptimeMs() + 10);
  });

  it('never goes back, and is finer than a millisecond', () => {
    const readings = Array.from({ length: 1000 }, () => systemClock.bootMs());
    expect(readings).toEqual([...readings].sort((a, b) => a - b));
    expect(readings.some((reading) => !Number.isInteger(reading))).toBe(true);
  });
});
