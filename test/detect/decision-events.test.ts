// The events behind the recorded decisions, as the original's service received and alerted them. Needs the reference data.
import { describe, expect, it } from 'vitest';
import { createDetector } from '../../src/detect/engine.ts';
import { readQueueMessage } from '../../src/detect/queue-message.ts';
import { loadStock, readRecordings, referenceData } from './reference.ts';

interface DecisionEvent {
  readonly sent: string;
  readonly agent: string;
  readonly alert: {
    readonly rule: string;
    readonly level: number;
    readonly groups: readonly string[];
    readonly logged: boolean;
  } | null;
}
interface Configuration {
  readonly name: string;
  readonly configuration: string;
  readonly rules: Readonly<Record<string, string>>;
  readonly events: readonly DecisionEvent[];
}

/** A hundredth of a second from event to event. */
const paceMs = 10;
/** Loading takes most of the time: so many of the sets of rules are replayed, those with most events. */
const replayedSets = 4;

function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function groupByRules(configurations: readonly Configuration[]): Configuration[][] {
  const groups = new Map<string, Configuration[]>();
  for (const each of configurations) {
    const level = /<log_alert_level>(\d+)/.exec(each.configuration)?.[1] ?? '1';
    const key = JSON.stringify([level, each.rules]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length).slice(0, replayedSets);
}

function replayAll(configurations: readonly Configuration[]): string[] {
  const [first] = configurations;
  const level = Number(/<log_alert_level>(\d+)/.exec(first?.configuration ?? '')?.[1] ?? 1);
  const local = Object.entries(first?.rules ?? {}).map(([path, text]) => [path, bytes(text)]);
  const { ruleset, problems } = loadStock(Object.fromEntries(local), level);
  if (ruleset === undefined) throw new Error(JSON.stringify(problems));
  return configurations.flatMap(({ name, events }) => {
    const options = { hostname: 'vm', logAlertLevel: level, memorySize: 8192, logtest: false };
    const detector = createDetector(ruleset, options);
    return events.flatMap(({ sent, agent, alert }, index) => {
      const read = readQueueMessage(bytes(sent));
      if (!read.ok) throw new Error(read.reason);
      const found = detector.process({
        ...read.message,
        id: `1.${index}`,
        timeMs: Date.UTC(2031, 1, 1) + index * paceMs,
      });
      const received = found && {
        rule: found.alert.rule.id,
        level: found.alert.rule.level,
        groups: found.alert.rule.groups,
        logged: found.logged,
        agent: found.alert.agent.id,
      };
      const expected = JSON.stringify([alert === null ? undefined : { ...alert, agent }]);
      return JSON.stringify([received]) === expected
        ? []
        : [`${name}[${index}] ${sent}\n  ${expected}\n  ${JSON.stringify(received)}`];
    });
  });
}

describe.skipIf(referenceData === undefined)('the events of the recorded decisions', () => {
  it('are alerted by the recorded rules', { timeout: 300_000 }, () => {
    const configurations = readRecordings('decisions.jsonl.gz') as unknown as Configuration[];
    const replayed = groupByRules(configurations);
    const differences = replayed.flatMap(replayAll);
    const count = replayed.flat().reduce((sum, { events }) => sum + events.length, 0);
    console.info(`decisions: ${count - differences.length} of ${count} events alike`);
    expect(differences.slice(0, 20)).toEqual([]);
  });
});
