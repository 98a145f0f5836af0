// Logs through two rulesets at once, as a stream: nothing of a line is kept but what the tally keeps.
import type { Readable } from 'node:stream';
import { type Comparison, Tally, verdictOf } from '../detect/diff/tally.ts';
import { createDetector, type Engine } from '../detect/engine.ts';
import type { Ruleset } from '../detect/load.ts';
import { eventTimeOf } from '../source/event-time.ts';
import { LineSplitter } from '../source/split-lines.ts';

export interface DiffInput {
  /** Where the lines are from: the path of a file, or `stdin`. */
  readonly location: string;
  /** Nothing in it is younger. Ms. */
  readonly newestMs: number;
  readonly open: () => Readable;
}

const options = { hostname: 'manager', logAlertLevel: 3, memorySize: 8192, logtest: true };

/** Lines have the time of their headers, which never goes back in a file: rules that count events within a time see them as they came. */
export async function diffRulesets(here: Ruleset, there: Ruleset, inputs: readonly DiffInput[]): Promise<Comparison> {
  const engines = [createDetector(here, options), createDetector(there, options)] as const;
  const tally = new Tally();
  for (const input of inputs) await diffOne(engines, input, tally);
  return tally.result();
}

async function diffOne([here, there]: readonly [Engine, Engine], input: DiffInput, tally: Tally): Promise<void> {
  const splitter = new LineSplitter(0);
  const { location, newestMs } = input;
  let previousMs: number | undefined;
  const take = (text: string, offset: number): void => {
    if (text === '') return;
    const { timeMs, believedMs } = eventTimeOf(text, { nowMs: newestMs, fileMtimeMs: newestMs, previousMs });
    previousMs = believedMs;
    const message = { id: `1.${offset}`, location, text, timeMs };
    tally.add(text, verdictOf(here.logtest(message)), verdictOf(there.logtest(message)));
  };
  for await (const chunk of input.open()) splitter.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk), take);
  splitter.finish(take);
}
