// spec ruleset §6.3 and §9.3: `<mitre>` and `rule.mitre`.
import { describe, expect, it } from 'vitest';
import type { MitreTable } from '../../../src/detect/rules/mitre.ts';
import { messageOf, startSmall } from '../small-ruleset.ts';

const [access, execution, evasion] = [
  { id: 'TA0001', name: 'Access' },
  { id: 'TA0002', name: 'Execution' },
  { id: 'TA0005', name: 'Evasion' },
];
const mitre: MitreTable = new Map([
  ['T1001', { name: 'One', tactics: [access, evasion] }],
  ['T1002', { name: 'Two', tactics: [evasion, execution] }],
  ['T1003', { name: 'One', tactics: [execution] }],
] as const);

function shown(blocks: string, table: MitreTable = mitre): unknown {
  const rules = `<group name="t,"><rule id="100" level="3"><description>d</description>${blocks}</rule></group>`;
  return startSmall({ rules }, { mitre: table }).process(messageOf('x'))?.alert.rule.mitre;
}

function ids(...names: string[]): string {
  return `<mitre>${names.map((name) => `<id>${name}</id>`).join('')}</mitre>`;
}

function pair(tactic: string, technique: string): string {
  return `<mitre><tacticID>${tactic}</tacticID><techniqueID>${technique}</techniqueID></mitre>`;
}

describe('§9.3 mitre', () => {
  it('shows all ids, the tactics without duplicates, and the names in order', () => {
    expect(shown(ids('T1001', 'T1002', 'T1003'))).toEqual({
      id: ['T1001', 'T1002', 'T1003'],
      tactic: ['Access', 'Evasion', 'Execution'],
      technique: ['One', 'Two', 'One'],
    });
  });

  it('collects ids of several blocks and drops duplicates', () => {
    expect(shown(ids('T1001', 'T1001') + ids('T1001'))).toEqual({
      id: ['T1001'],
      tactic: ['Access', 'Evasion'],
      technique: ['One'],
    });
  });

  it('shows an unknown id beside known ones, and nothing where no tactic results', () => {
    expect(shown(ids('T9999', 'T1003'))).toEqual({ id: ['T9999', 'T1003'], tactic: ['Execution'], technique: ['One'] });
    expect(shown(ids('T9999'))).toBeUndefined();
    expect(shown(ids('T1001'), new Map())).toBeUndefined();
  });

  it('shows pairs whose tactic belongs to the technique', () => {
    expect(shown(pair('TA0005', 'T1001') + pair('TA0005', 'T1002') + pair('TA0001', 'T1003'))).toEqual({
      id: ['T1001', 'T1002'],
      tactic: ['Evasion'],
      technique: ['One', 'Two'],
    });
  });

  it.each([
    ['before', ids('T1003') + pair('TA0005', 'T1001')],
    ['after', pair('TA0005', 'T1001') + ids('T1003')],
  ])('drops ids that stand %s a pair', (_where, blocks) => {
    expect(shown(blocks)).toEqual({ id: ['T1001'], tactic: ['Evasion'], technique: ['One'] });
  });
});
