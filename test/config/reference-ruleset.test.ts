// Wazuh's own rule, decoder and test files are read by the dialect without a problem.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DialectElement, parseDialect } from '../../src/config/dialect.ts';
import { applyVariables } from '../../src/config/variables.ts';

const referenceData = process.env.RIPOSTE_REFERENCE_DATA;
if (referenceData === undefined) console.warn('skipped: RIPOSTE_REFERENCE_DATA is not set');

function count(element: DialectElement): number {
  return element.children.reduce((sum, child) => sum + count(child), 1);
}

describe.skipIf(referenceData === undefined)('the reference ruleset', () => {
  it('is read whole', () => {
    const folder = join(referenceData ?? '', 'wazuh-4.14.7', 'ruleset');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.xml'));
    let elements = 0;
    for (const file of files) {
      const { roots, problems } = applyVariables(parseDialect(readFileSync(join(folder, file), 'latin1'), file));
      expect(problems).toEqual([]);
      elements += roots.reduce((sum, root) => sum + count(root), 0);
    }
    expect(elements).toBeGreaterThan(30_000);
  });
});
