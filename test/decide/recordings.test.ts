import { describe, expect, it } from 'vitest';
import { readOssecConf } from '../../src/config/ossec-conf.ts';
import { decide, prepareDecisions } from '../../src/decide/decide.ts';
import type { Decision } from '../../src/decide/decision.ts';
import { nameWithoutSign, writePlainly } from './original-reading.ts';
import { compilers } from './patterns.ts';
import { addLocalRules, type RecordedEvent, type Recording, readRecordings, readStockRules } from './reference.ts';
import { makeFacts } from './samples.ts';

const folder = process.env.RIPOSTE_REFERENCE_DATA;

/** Configurations with something that Riposte refuses on purpose, beyond the spelling of numbers. // semantics "Decisions" */
const refused: Readonly<Record<string, string>> = {
  'l-case': 'location words inside other words',
  'l-words': 'location words inside other words',
  'l-defined': 'location words inside other words',
  'to-yes-b': 'a timeout over ten years',
  'to-no-b': 'a timeout over ten years',
  'cmd-dup': 'two commands of one name',
  'cmd-dup2': 'two commands of one name',
  'u-name-5': 'an executable with a path',
  'u-name-6': 'an executable with a path',
  'u-wl-13': 'an IPv6 prefix over 128',
  'wl-bang-host': 'a white_list entry with !',
  'wl-bangcidr': 'a white_list entry with !',
  'wl-neg-mix': 'a white_list entry with !',
  'wl-m-11': 'a white_list entry with !',
  'rand-017': 'a white_list entry with !',
  'rand-024': 'a white_list entry with !',
  'rand-031': 'a white_list entry with !',
  'rand-050': 'a white_list entry with !',
};

interface Comparison {
  readonly event: RecordedEvent;
  readonly decisions: readonly Decision[];
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** Where the two differ on purpose, and how that is recognised. // semantics "Decisions" */
const differences: readonly { readonly name: string; holds(recording: Recording, comparison: Comparison): boolean }[] =
  [
    {
      name: 'a disabled block closes the queues of those above it',
      holds: ({ configuration }, { ours, theirs }) =>
        configuration.includes('<disabled>yes</disabled>') && isPart(theirs, ours),
    },
    {
      name: 'a block with disabled alone turns responses off on the manager',
      holds: (_, { decisions, ours, theirs }) =>
        isPart(ours, theirs) && decisions.every(({ guard }) => guard === undefined || guard === 'disabled'),
    },
    {
      name: 'IPv6 on the allow list is compared as an address, not as text',
      holds: ({ configuration }, { event, ours, theirs }) =>
        /<white_list>[^<]*:/.test(configuration) &&
        (event.data.srcip?.includes(':') === true || /::ffff:/i.test(configuration)) &&
        (ours.length === 0 || theirs.length === 0),
    },
    {
      name: 'an address mapped into IPv6 is the IPv4 address in any spelling',
      holds: (_, { event, ours }) => event.data.srcip?.startsWith('::FFFF:') === true && ours.length === 0,
    },
  ];

describe.skipIf(folder === undefined)('the original engine (RIPOSTE_REFERENCE_DATA)', () => {
  it('decides alike, but for the differences that are meant', { timeout: 120_000 }, () => {
    const stock = readStockRules(folder ?? '');
    const tally = {
      same: 0,
      different: new Map<string, number>(),
      unexplained: [] as string[],
      refused: [] as string[],
    };
    for (const recording of readRecordings(folder ?? '')) {
      const { conf } = readOssecConf(writePlainly(recording.configuration), 'ossec.conf');
      if (conf === undefined) {
        tally.refused.push(recording.name);
        continue;
      }
      const rules = addLocalRules(stock, recording.rules);
      const table = prepareDecisions(conf, compilers);
      for (const [index, event] of recording.events.entries()) {
        const rule = event.alert === null ? undefined : rules.get(event.alert.rule);
        if (rule === undefined) {
          if (event.messages.length > 0 || event.alert !== null)
            tally.unexplained.push(`${recording.name}[${index}]: no rule`);
          continue;
        }
        const comparison = compare(event, decide(table, makeFacts({ rule, agent: event.agent, data: event.data })));
        if (comparison.ours.join('\n') === comparison.theirs.join('\n')) {
          tally.same += 1;
          continue;
        }
        const difference = differences.find((candidate) => candidate.holds(recording, comparison));
        if (difference === undefined)
          tally.unexplained.push(`${recording.name}[${index}]: ${JSON.stringify(comparison)}`);
        else tally.different.set(difference.name, (tally.different.get(difference.name) ?? 0) + 1);
      }
    }
    console.info('decided alike:', tally.same, 'meant to differ:', Object.fromEntries(tally.different));
    expect(tally.unexplained).toEqual([]);
    expect(tally.refused.sort()).toEqual(Object.keys(refused).sort());
    expect([...tally.different.keys()].sort()).toEqual(differences.map(({ name }) => name).sort());
    expect(tally.same).toBeGreaterThan(8000);
  });
});

function compare(event: RecordedEvent, decisions: readonly Decision[]): Comparison {
  const ours = decisions
    .filter(({ outcome }) => outcome === 'run')
    .flatMap(({ agents, response, extraArgs }) => agents.map((agent) => describeRun(agent, response, extraArgs)));
  const theirs = event.messages.map(({ agent, name, extra_args }) =>
    describeRun(agent ?? '000', nameWithoutSign(name), extra_args),
  );
  return { event, decisions, ours, theirs };
}

function describeRun(agent: string, response: string, extraArgs: readonly string[]): string {
  return [agent, response, ...extraArgs].join(' ');
}

/** All of `part` in `whole`, in the same order. */
function isPart(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const text of whole) if (text === part[at]) at += 1;
  return at === part.length;
}
