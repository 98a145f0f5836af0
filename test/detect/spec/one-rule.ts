// A rule under test, on top of decoders that fill any field: `k=v` pairs of a log.
import type { Engine, EngineOptions } from '../../../src/detect/engine.ts';
import { loadSmall, startSmall } from '../small-ruleset.ts';

const fields = [
  ...['srcuser', 'dstuser', 'srcip', 'dstip', 'srcport', 'dstport', 'protocol', 'action', 'id', 'url'],
  ...['data', 'extra_data', 'status', 'system_name', 'key', 'other.key'],
];

/** `kv srcip=192.0.2.1 key=x`: every pair becomes the field of its name. */
export const pairDecoders = `<decoder name="kv"><prematch>^kv</prematch></decoder>${fields
  .map(
    (name) =>
      `<decoder name="kv1"><parent>kv</parent><regex type="pcre2"> ${name.replace('.', '\\.')}=(\\S*)</regex><order>${name}</order></decoder>`,
  )
  .join('')}`;

export function rulesOf(inner: string): string {
  return `<group name="t,"><rule id="100" level="0"><description>base</description></rule>${inner}</group>`;
}

export function rule(id: number, level: number, inner: string, attributes = ''): string {
  return `<rule id="${id}" level="${level}" ${attributes}><if_sid>100</if_sid>${inner}<description>r${id}</description></rule>`;
}

export function startPairs(rules: string, options: Partial<EngineOptions> = {}, lists = {}): Engine {
  return startSmall({ decoders: pairDecoders, rules, lists }, options);
}

/** Severities of what loading tells, and whether rule 101 is there. */
export function loadOne(rules: string): { readonly found: readonly string[]; readonly there: boolean } {
  const { ruleset, problems } = loadSmall({ decoders: pairDecoders, rules });
  return { found: problems.map(({ severity }) => severity), there: ruleset?.rules.findRule(101) !== undefined };
}
