import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAttackTechniques } from '../../src/manager/attack-techniques.ts';

const path = 'ruleset/attack-techniques.json';
const table = readAttackTechniques(path);
const referenceData = process.env.RIPOSTE_REFERENCE_DATA;

describe('the table of ATT&CK techniques', () => {
  it('names techniques and their tactics', () => {
    expect(table.get('T1110')).toEqual({
      name: 'Brute Force',
      tactics: [{ id: 'TA0006', name: 'Credential Access' }],
    });
    expect(
      table
        .get('T1078')
        ?.tactics.map(({ name }) => name)
        .sort(),
    ).toEqual(['Defense Evasion', 'Initial Access', 'Persistence', 'Privilege Escalation']);
  });

  it('keeps techniques that were revoked', () => {
    expect(table.get('T1086')).toEqual({ name: 'PowerShell', tactics: [{ id: 'TA0002', name: 'Execution' }] });
  });

  it('gives every technique a name and a tactic', () => {
    expect(table.size).toBeGreaterThan(800);
    for (const [id, { name, tactics }] of table) {
      expect(id).toMatch(/^T\d{4}(\.\d{3})?$/);
      expect(name).not.toBe('');
      expect(tactics.length).toBeGreaterThan(0);
    }
  });

  it('carries the copyright notice and the licence that it must', () => {
    const { licence } = JSON.parse(readFileSync(path, 'utf8')) as { licence: string };
    expect(licence).toMatch(/royalty-free license to use ATT&CK/);
    const [notice] = /© \d{4} The MITRE Corporation\.[^"]*permission of The MITRE Corporation\./.exec(licence) ?? [];
    expect(readFileSync('NOTICE', 'utf8')).toContain(notice);
  });

  it.skipIf(referenceData === undefined)('knows every technique that the reference rules name', () => {
    const folder = join(referenceData ?? '', 'wazuh-4.14.7', 'ruleset', 'rules');
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    const named = new Set(texts.flatMap((text) => [...text.matchAll(/<id>(T\d[\d.]*)</g)].map(([, id]) => id ?? '')));
    expect(named.size).toBeGreaterThan(150);
    expect([...named].filter((id) => !table.has(id))).toEqual([]);
  });
});
