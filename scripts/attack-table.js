// Makes ruleset/attack-techniques.json from a checkout of https://github.com/mitre/cti: technique id → name and tactics.
//   node scripts/attack-table.js CHECKOUT VERSION > ruleset/attack-techniques.json
// VERSION is ATT&CK's own, as the checked out commit names it: 18.1.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [checkout, version] = process.argv.slice(2);
if (checkout === undefined || version === undefined) {
  process.stderr.write('usage: node scripts/attack-table.js CHECKOUT VERSION > ruleset/attack-techniques.json\n');
  process.exit(1);
}

const folder = join(checkout, 'enterprise-attack');

function readObjects(kind) {
  const names = readdirSync(join(folder, kind)).filter((name) => name.endsWith('.json'));
  return names.flatMap((name) => JSON.parse(readFileSync(join(folder, kind, name), 'utf8')).objects);
}

function attackId(object) {
  return object.external_references?.find(({ source_name }) => source_name === 'mitre-attack')?.external_id;
}

const byId = ([a], [b]) => (a < b ? -1 : 1);
const tactics = readObjects('x-mitre-tactic')
  .map((tactic) => [attackId(tactic), tactic.name, tactic.x_mitre_shortname])
  .sort(byId);
const places = new Map(tactics.map(([, , shortName], place) => [shortName, place]));

/** Revoked and deprecated techniques stay: rules name them still. */
const techniques = readObjects('attack-pattern')
  .map((technique) => {
    const phases = (technique.kill_chain_phases ?? []).map(({ phase_name }) => places.get(phase_name));
    return [attackId(technique), technique.name, phases.filter((place) => place !== undefined)];
  })
  .filter(([id]) => id !== undefined)
  .sort(byId);

/** The file holds the licence of another work behind that of ATT&CK. */
const [licence] = readFileSync(join(checkout, 'LICENSE.txt'), 'utf8').split('\nCAPEC');
const lines = [
  '{',
  `  "about": ${JSON.stringify(`Names and tactics of the techniques of MITRE ATT&CK Enterprise ${version}, made by scripts/attack-table.js.`)},`,
  `  "licence": ${JSON.stringify(licence)},`,
  '  "tactics": [',
  tactics.map(([id, name]) => `    ${JSON.stringify([id, name])}`).join(',\n'),
  '  ],',
  '  "techniques": {',
  techniques.map(([id, name, phases]) => `    ${JSON.stringify(id)}: ${JSON.stringify([name, phases])}`).join(',\n'),
  '  }',
  '}',
];
process.stdout.write(`${lines.join('\n')}\n`);
