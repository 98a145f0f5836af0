// `<mitre>`: the techniques a rule refers to; their names come from a table that the engine is given. // spec ruleset §6.3, §9.3
import type { AlertMitre } from '../../alert/alert.ts';
import type { DialectElement } from '../../config/dialect.ts';
import type { Report } from '../report.ts';
import type { MitreReferences } from './rule.ts';

export interface MitreTechnique {
  readonly name: string;
  readonly tactics: readonly { readonly id: string; readonly name: string }[];
}
export type MitreTable = ReadonlyMap<string, MitreTechnique>;

const none: MitreReferences = { techniques: [], pairs: [] };

export function readMitre(before: MitreReferences = none, block: DialectElement, report: Report): MitreReferences {
  const ids: string[] = [];
  let tactic: string | undefined;
  let technique: string | undefined;
  for (const element of block.children) {
    const name = element.name.toLowerCase();
    if (name === 'id') ids.push(element.content);
    else if (name === 'tacticid') tactic = element.content;
    else if (name === 'techniqueid') technique = element.content;
    else report.error(element.position, `<${element.name}> cannot stand in <mitre>.`);
  }
  if (tactic !== undefined && technique !== undefined) {
    // A pair drops the ids of the older style.
    return { techniques: [], pairs: [...before.pairs, { tactic, technique }] };
  }
  if (before.pairs.length > 0) return before;
  return { techniques: [...new Set([...before.techniques, ...ids])], pairs: [] };
}

/** Undefined where no tactic results. */
export function showMitre(references: MitreReferences | undefined, table: MitreTable): AlertMitre | undefined {
  if (references === undefined || table.size === 0) return undefined;
  const ids = new Set<string>();
  const tactics = new Set<string>();
  const techniques = new Set<string>();
  for (const id of references.techniques) {
    ids.add(id);
    const known = table.get(id);
    if (known === undefined) continue;
    techniques.add(known.name);
    for (const tactic of known.tactics) tactics.add(tactic.name);
  }
  for (const pair of references.pairs) {
    const known = table.get(pair.technique);
    const tactic = known?.tactics.find((candidate) => candidate.id === pair.tactic);
    if (known === undefined || tactic === undefined) continue;
    ids.add(pair.technique);
    techniques.add(known.name);
    tactics.add(tactic.name);
  }
  return tactics.size === 0 ? undefined : { id: [...ids], tactic: [...tactics], technique: [...techniques] };
}
