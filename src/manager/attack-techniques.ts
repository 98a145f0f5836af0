// The techniques that rules name, from the table of MITRE ATT&CK that ships with the rules. // spec ruleset §9.3
import { readFileSync } from 'node:fs';
import type { MitreTable, MitreTechnique } from '../detect/rules/mitre.ts';

interface TableFile {
  readonly tactics: readonly (readonly [id: string, name: string])[];
  /** Tactics are places in the list above. */
  readonly techniques: Readonly<Record<string, readonly [name: string, tactics: readonly number[]]>>;
}

/** Reads the table (a millisecond). Throws where the file is missing or no such table: it is a part of the program. */
export function readAttackTechniques(path: string): MitreTable {
  const { tactics, techniques } = JSON.parse(readFileSync(path, 'utf8')) as TableFile;
  const shown = tactics.map(([id, name]) => ({ id, name }));
  const table = new Map<string, MitreTechnique>();
  for (const [id, [name, places]] of Object.entries(techniques)) {
    table.set(id, { name, tactics: places.flatMap((place) => shown[place] ?? []) });
  }
  return table;
}
