// What the operator sees of a pattern that is slow.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PatternWatch, type SlowPattern } from '../../src/detect/patterns/pattern-watch.ts';
import { homePaths } from '../../src/manager/home.ts';
import { describeSlowPattern } from '../../src/manager/report.ts';
import { createRules } from '../../src/manager/rules.ts';

const home = mkdtempSync(join(tmpdir(), 'riposte-slow-'));
const rules = `<group name="local,">
  <rule id="100100" level="3">
    <regex type="pcre2">(a+)+\\1$</regex>
    <description>slow</description>
  </rule>
</group>`;

afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('a slow pattern', () => {
  it('is told with the whole path of its file, its line and its rule', () => {
    for (const folder of ['etc/rules', 'etc/decoders']) mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, 'etc/ossec.conf'), '<ossec_config><global></global></ossec_config>');
    writeFileSync(join(home, 'etc/rules/local.xml'), rules);
    const told: SlowPattern[] = [];
    const loaded = createRules({
      paths: homePaths(home),
      hostname: 'manager',
      nowMs: () => 0,
      logtest: false,
      patternWatch: { onSlow: (slow) => told.push(slow) },
    }).read().loaded;
    loaded?.detector.process({
      id: '1.1',
      location: '/var/log/x',
      text: `${'a'.repeat(60_000)}b`,
      timeMs: Date.UTC(2031, 2, 4),
    });
    expect(told.map((slow) => describeSlowPattern(slow, 0).slice(20))).toEqual([
      `slow pattern: ${home}/etc/rules/local.xml:3: rule 100100, <regex>: was given up, and counts as no match, on a text of 60001 bytes; the pattern is (a+)+\\1$`,
    ]);
  });

  it('cannot write lines of its own into the log', () => {
    const owner = { position: { file: 'a\nb.xml', line: 1, column: 1 }, what: 'decoder "x\r", <regex>' };
    const slow: SlowPattern = { owner, source: `\n\x1b[2J${'x'.repeat(500)}`, reason: 'time', length: 5, times: 2 };
    const line = describeSlowPattern(slow, 0);
    expect(line).not.toMatch(/[\x00-\x1f]/);
    expect(line).toContain('2 times since this was last told');
    expect(line.length).toBeLessThan(450);
  });

  it("is nobody's business where nobody listens", () => {
    expect(() => new PatternWatch().tell({ source: 'x', owner: undefined }, 'steps', 1)).not.toThrow();
  });
});
