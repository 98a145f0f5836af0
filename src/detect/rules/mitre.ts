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
  return references.pairs.length > 0
    ? showPairs(references.pairs, table)
    : showTechniques(references.techniques, table);
}

/** All ids, known or not, with what is known of them. */
function showTechniques(ids: MitreReferences['techniques'], table: MitreTable): AlertMitre | undefined {
  const known = ids.flatMap((id) => table.get(id) ?? []);
  const tactic = [...new Set(known.flatMap(({ tactics }) => tactics.map(({ name }) => name)))];
  return tactic.length === 0 ? undefined : { id: ids, tactic, technique: known.map(({ name }) => name) };
}

/** Pairs of which the tactic belongs to the technique. */
function showPairs(pairs: MitreReferences['pairs'], table: MitreTable): AlertMitre | undefined {
  const ids = new Set<string>();
  const tactics = new Set<string>();
  const techniques = new Set<string>();
  for (const pair of pairs) {
    const known = table.get(pair.technique);
    const tactic = known?.tactics.find((candidate) => candidate.id === pair.tactic);
    if (known === undefined || tactic === undefined) continue;
    ids.add(pair.technique);
    techniques.add(known.name);
    tactics.add(tactic.name);
  }
  return tactics.size === 0 ? undefined : { id: [...ids], tactic: [...tactics], technique: [...techniques] };
}
