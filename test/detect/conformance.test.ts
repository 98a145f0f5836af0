// Every recorded answer of the original engine, line by line. Needs the reference data.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/detect/engine.ts';
import type { LoadResult } from '../../src/detect/load.ts';
import { loadReference, type Recording, readRecordings, referenceData, startSession } from './reference.ts';

/** Thousands of rules are loaded, and the machine may be busy. */
const patience = 120_000;

type Shown = Record<string, unknown>;

/** Without what differs from run to run. */
function comparable(output: Shown): Shown {
  const { timestamp, id, agent, manager, ...rest } = output;
  return rest;
}

/** The corpus was recorded with one session for a whole file: times fired count what ran before, of which a part is kept back. */
function withoutTimes(output: Shown): Shown {
  const { firedtimes, ...rule } = (output.rule ?? {}) as Shown;
  return output.rule === undefined ? output : { ...output, rule };
}

function jsonText(value: unknown): string {
  return JSON.stringify(value);
}

interface Difference {
  readonly recording: Recording;
  readonly line: string;
  readonly expected: Shown;
  readonly received: Shown;
}

/** Recordings of one session, by name: the headers line by line, and cases of which a later one shows an earlier one's user. */
function sharedSession(recording: Recording): string | undefined {
  return recording.file === 'hdr' || recording.file === 'openldap.ini' ? recording.file : undefined;
}

function replay(recording: Recording, engine: Engine, simplify: (output: Shown) => Shown): Difference[] {
  const differences: Difference[] = [];
  // Wazuh's helper does not send empty lines.
  const lines = recording.lines.filter((line) => line !== '');
  for (const [index, line] of lines.entries()) {
    const message = {
      id: `1.${index}`,
      location: 'stdin',
      text: Buffer.from(line, 'utf8').toString('latin1'),
      timeMs: Date.parse(String(recording.outs[index]?.timestamp)),
    };
    const received = simplify(comparable(engine.logtest(message).output as Shown));
    const expected = simplify(comparable(recording.outs[index] ?? {}));
    // As texts: the order of keys counts.
    if (jsonText(received) !== jsonText(expected)) {
      differences.push({ recording, line, expected, received });
    }
  }
  return differences;
}

function tell(difference: Difference): string {
  const { recording, line, expected, received } = difference;
  return `${recording.file} ${recording.section}\n  ${line}\n  expected ${jsonText(expected)}\n  received ${jsonText(received)}`;
}

describe.skipIf(referenceData === undefined)('conformance with the recorded engine', () => {
  for (const name of ['corpus', 'custom', 'headers', 'mutated'] as const) {
    describe(name, () => {
      let loaded: LoadResult;
      beforeAll(() => {
        loaded = loadReference(name === 'custom' ? 'custom' : 'corpus');
      }, patience);

      it(
        'answers every line alike',
        () => {
          const recordings = readRecordings(`${name}.jsonl.gz`).filter((recording) => recording.ok);
          const simplify = name === 'corpus' ? withoutTimes : (output: Shown): Shown => output;
          const sessions = new Map<string, Engine>();
          const differences = recordings.flatMap((recording) => {
            const shared = sharedSession(recording);
            const engine = (shared === undefined ? undefined : sessions.get(shared)) ?? startSession(loaded);
            if (shared !== undefined) sessions.set(shared, engine);
            return replay(recording, engine, simplify);
          });
          const lines = recordings.reduce((sum, recording) => sum + recording.lines.length, 0);
          console.info(`${name}: ${lines - differences.length} of ${lines} lines alike`);
          expect(differences.map(tell).slice(0, 20)).toEqual([]);
        },
        patience,
      );
    });
  }
});
