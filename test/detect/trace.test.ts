// What `logtest --trace` tells. It walks the tree with nothing left out, so it also judges what the engine leaves out to be fast.
import { describe, expect, it } from 'vitest';
import type { LogtestResult } from '../../src/detect/logtest-result.ts';
import type { TraceStep } from '../../src/detect/rules/trace.ts';
import { loadReference, readRecordings, referenceData, startSession } from './reference.ts';
import { messageOf, startSmall } from './small-ruleset.ts';

const rules = `<group name="t,">
<rule id="100" level="0"><program_name>^app</program_name><description>app</description></rule>
<rule id="101" level="3" noalert="1"><if_sid>100</if_sid><match>never told</match><description>quiet</description></rule>
<rule id="102" level="5"><if_sid>100</if_sid><match>bad|worse</match><regex type="pcre2" negate="yes">good$</regex><description>bad</description></rule>
<rule id="103" level="7" frequency="3" timeframe="60"><if_matched_sid>102</if_matched_sid><description>often</description></rule>
<rule id="104" level="2"><program_name>^other</program_name><description>other</description></rule>
</group>`;

function trace(text: string, engine = startSmall({ rules }, { logtest: true })): LogtestResult & { steps: string[] } {
  const result = engine.logtest(messageOf(text), { traced: true });
  return { ...result, steps: (result.trace ?? []).map(tell) };
}

function tell({ rule, depth, failure, passedOver }: TraceStep): string {
  const why = failure === undefined ? passedOver : `${failure.option}: ${failure.wanted}: ${failure.found}`;
  return `${depth} ${rule.id} ${why}`;
}

describe('the trace of a line', () => {
  it('names each rule in order, and what it failed on', () => {
    expect(trace('Mar  4 05:06:07 host app: a bad thing').steps).toEqual([
      '0 1 child',
      '1 100 child',
      '2 102 no',
      '3 103 if_matched_sid 102: 2 earlier events in 60 s: 0',
    ]);
    expect(trace('Mar  4 05:06:07 host app: bad but good').steps).toEqual([
      '0 1 child',
      '1 100 no',
      "2 102 regex: not pcre2 'good$': bad but good",
      "2 101 match: 'never told': bad but good",
    ]);
    expect(trace('no header').steps).toEqual([
      '0 1 no',
      "1 100 program_name: '^app': undefined",
      "1 104 program_name: '^other': undefined",
    ]);
  });

  it('tells of a rule that holds and does not alert', () => {
    expect(trace('Mar  4 05:06:07 host app: never told').steps.slice(-2)).toEqual([
      "2 102 match: 'bad|worse': never told",
      '2 101 noalert',
    ]);
  });

  it('counts and remembers as without it', () => {
    const traced = startSmall({ rules }, { logtest: true });
    const plain = startSmall({ rules }, { logtest: true });
    for (const line of ['app: bad', 'app: bad', 'app: bad', 'other: x', 'app: bad']) {
      const message = messageOf(`Mar  4 05:06:07 host ${line}`);
      const { trace: _, ...result } = traced.logtest(message, { traced: true });
      expect(result).toEqual(plain.logtest(message));
    }
    expect(traced.snapshot()).toEqual(plain.snapshot());
  });
});

it.skipIf(referenceData === undefined)(
  'finds the same rule as the engine, for every recorded line',
  { timeout: 300_000 },
  () => {
    for (const variant of ['corpus', 'custom'] as const) {
      const loaded = loadReference(variant);
      const [traced, plain] = [startSession(loaded), startSession(loaded)];
      const lines = readRecordings(`${variant}.jsonl.gz`).flatMap((recording) => recording.lines);
      const wrong = lines.filter((line, index) => {
        const text = Buffer.from(line, 'utf8').toString('latin1');
        const message = { id: `1.${index}`, location: 'stdin', text, timeMs: 1_900_000_000_000 + index * 100 };
        return traced.logtest(message, { traced: true }).rule?.id !== plain.logtest(message).rule?.id;
      });
      expect(wrong).toEqual([]);
    }
  },
);
