import { describe, expect, it } from 'vitest';
import { Subject } from '../../../src/detect/patterns/expression.ts';
import { eventSteps, PatternWatch, type SlowPattern, slowMs } from '../../../src/detect/patterns/pattern-watch.ts';
import { compilePcre2, type Pcre2 } from '../../../src/detect/patterns/pcre2.ts';

const owner = { position: { file: 'etc/rules/local.xml', line: 7, column: 3 }, what: 'rule 100100, <regex>' };
const hostile = new Subject(`${'a'.repeat(20_000)}b`);

function compile(watch: PatternWatch, source = '(a+)+\\1$'): Pcre2 {
  const compiled = compilePcre2(source, { captures: true, watch, owner });
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.regex;
}

describe('slow patterns', () => {
  it('are told with their place, once an hour, and how often it happened', () => {
    const told: SlowPattern[] = [];
    let nowMs = 0;
    const watch = new PatternWatch({ now: () => nowMs, onSlow: (slow) => told.push(slow) });
    const regex = compile(watch);
    for (let time = 0; time < 3; time++) {
      watch.startEvent();
      expect(regex.match(hostile)).toBeUndefined();
    }
    expect(told).toEqual([{ owner, source: '(a+)+\\1$', reason: 'steps', length: 20_001, times: 1 }]);
    nowMs = 3_600_000;
    watch.startEvent();
    regex.match(hostile);
    expect(told.slice(1).map(({ times }) => times)).toEqual([3]);
  });

  it('that end, but late, are told too', () => {
    const told: SlowPattern[] = [];
    let nowMs = 0;
    const watch = new PatternWatch({ now: () => (nowMs += slowMs + 1), onSlow: (slow) => told.push(slow) });
    expect(compile(watch, 'b$').match(hostile)).toBe(20_000);
    expect(told.map(({ reason }) => reason)).toEqual(['time']);
  });

  it('share the steps of one event, and have them again in the next', () => {
    const watch = new PatternWatch();
    watch.startEvent();
    const whole = watch.stepsFor(1000);
    compile(watch).match(hostile);
    const left = watch.stepsFor(1000);
    expect(left).toBeLessThan(whole - eventSteps / 2);
    expect(left).toBeGreaterThan(1000);
    watch.startEvent();
    expect(watch.stepsFor(1000)).toBe(whole);
  });

  it('still match what is cheap when the steps of the event are used up', () => {
    const watch = new PatternWatch();
    watch.startEvent();
    for (let time = 0; time < 3; time++) compile(watch).match(hostile);
    expect(compile(watch, '(?<=a)b(?=$)').match(hostile)).toBe(20_000);
  });
});
